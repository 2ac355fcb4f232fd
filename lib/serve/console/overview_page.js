// SPDX-License-Identifier: Apache-2.0
// The first page: the engine, how many there are of everything, clusters, instances, and what changed last.

import {columnsOf, titleOf} from './columns.js';
import {element, patch, setAttribute, setState, setText, stateMark} from './dom.js';
import {Entries} from './entries.js';
import {sizeText, stateOf} from './facts.js';
import {address} from './routes.js';
import {Table} from './table.js';

const FIRST = ['cluster', 'node', 'pod', 'service', 'deployment', 'instance', 'network', 'image'];
const HIDDEN = ['engine', 'event', 'kube-api', 'kube-node', 'usage', 'viewer']; // that are shown elsewhere
const LATEST = 10;

export class OverviewPage {
  title = 'Overview';

  constructor() {
    this.name = element('h1', {}, 'Overview');
    this.state = stateMark();
    this.detail = element('p', {class: 'dim'});
    this.tiles = element('ul', {class: 'tiles'});
    this.clusters = new Table({
      title: 'Clusters',
      columns: columnsOf('cluster'),
      empty: 'There are none yet: ingot cluster create demo',
    });
    this.instances = new Table({
      title: 'Instances',
      columns: columnsOf('instance'),
      empty: 'There are none yet: ingot instance run box',
    });
    this.latest = new Entries({title: 'What changed last', href: address('changes')});
    this.element = element(
      'div',
      {class: 'page'},
      element('div', {class: 'heading'}, this.name, this.state),
      this.detail,
      this.tiles,
      this.clusters.element,
      this.instances.element,
      this.latest.element,
    );
  }

  show({world, history, filter}) {
    const engine = world.list('engine')[0];
    const state = engine ? stateOf(engine) : null;
    setState(this.state, state ? {...state, text: `Engine ${state.text.toLowerCase()}`} : null);
    setText(
      this.detail,
      engine?.data.detail
        ? `${engine.data.detail}. What follows is what was seen last.`
        : `${world.server?.engine ?? ''} · ingot ${world.server?.version ?? ''}`,
    );
    patch(this.tiles, tilesOf(world), ({kind}) => kind, newTile, fillTile);
    this.clusters.show(world.list('cluster'), filter);
    this.instances.show(world.list('instance'), filter);
    this.latest.show(history.latest(LATEST, filter));
  }
}

function tilesOf(world) {
  const others = world
    .kinds()
    .filter((kind) => !FIRST.includes(kind) && !HIDDEN.includes(kind))
    .sort();
  // These are always there; others when there are any.
  const always = ['cluster', 'node', 'instance', 'network', 'image'];
  return [...FIRST, ...others]
    .filter((kind) => always.includes(kind) || world.count(kind) > 0)
    .map((kind) => ({kind, count: world.count(kind), about: aboutKind(kind, world.list(kind))}));
}

// "3 running, 1 stopped", the good ones first; or how much they take.
function aboutKind(kind, objects) {
  if (kind === 'image') {
    const bytes = objects.reduce((sum, {data}) => sum + (data.sizeBytes ?? 0), 0);
    return bytes > 0 ? [{text: sizeText(bytes)}] : [];
  }
  const counts = new Map();
  for (const object of objects) {
    const state = stateOf(object);
    if (state && kind !== 'deployment') {
      const known = counts.get(state.text) ?? {...state, count: 0};
      counts.set(state.text, {...known, count: known.count + 1});
    }
  }
  const rank = {good: 0, busy: 1, bad: 2, idle: 3};
  return [...counts.values()]
    .sort((a, b) => rank[a.tone] - rank[b.tone] || (a.text < b.text ? -1 : 1))
    .map(({text, tone, count}) => ({text: `${count} ${text.toLowerCase()}`, tone}));
}

function newTile({kind}) {
  return element(
    'li',
    {},
    element(
      'a',
      {href: address('kind', kind)},
      element('span', {class: 'number'}),
      element('span', {class: 'kind'}, titleOf(kind)),
      element('span', {class: 'states'}),
    ),
  );
}

function fillTile(tile, {count, about}) {
  const [number, , states] = tile.firstChild.children;
  setText(number, String(count));
  patch(states, about, ({text}) => text.replace(/^\d+/, ''), stateMark, setState);
  setAttribute(states, 'hidden', about.length === 0);
}
