// SPDX-License-Identifier: Apache-2.0
// One cluster: its picture, and a table for each kind of what is in it.

import {columnsOf, isKnown, titleOf} from './columns.js';
import {element, setAttribute, setState, setText, stateMark} from './dom.js';
import {Drawing} from './drawing.js';
import {Entries} from './entries.js';
import {ageOf, stateOf} from './facts.js';
import {hrefOf} from './routes.js';
import {Table} from './table.js';
import {UsageCard} from './usage_card.js';

const ORDER = ['node', 'kube-node', 'deployment', 'pod', 'service', 'event'];
const ELSEWHERE = ['cluster', 'kube-api', 'usage'];
const LATEST = 30;

export class ClusterPage {
  #tables = new Map(); // kind -> Table

  constructor(name) {
    this.cluster = name;
    this.title = name;
    this.usage = {clusters: [name]}; // to be asked for
    this.state = stateMark();
    this.facts = element('p', {class: 'dim'});
    this.gone = element('p', {class: 'notice', hidden: true}, 'There is no cluster of this name now.');
    this.away = element('p', {class: 'notice', hidden: true});
    this.drawing = new Drawing();
    this.use = new UsageCard({title: 'What its nodes use', isNamed: true});
    this.tables = element('div', {class: 'tables'});
    this.latest = new Entries({title: 'Changes of this cluster'});
    this.element = element(
      'div',
      {class: 'page'},
      element('div', {class: 'heading'}, element('h1', {}, name), this.state),
      this.facts,
      this.gone,
      this.away,
      element('section', {class: 'card'}, element('h2', {}, 'Topology'), this.drawing.element),
      this.use.element,
      this.tables,
      this.latest.element,
    );
  }

  show({world, history, usage, filter}) {
    const cluster = world.get('cluster', this.cluster);
    const of = (kind) => world.list(kind, this.cluster);
    setState(this.state, cluster ? stateOf(cluster) : null);
    setText(this.facts, cluster ? factsOf(cluster) : '');
    setAttribute(this.gone, 'hidden', Boolean(cluster));
    const api = world.get('kube-api', this.cluster);
    const isAway = api !== undefined && stateOf(api).tone !== 'good';
    setAttribute(this.away, 'hidden', !isAway);
    setText(
      this.away,
      isAway ? `Its Kubernetes API is away: what follows of it was seen last before. ${api.data.detail ?? ''}` : '',
    );
    this.drawing.show(of('node'), of('kube-node'), of('pod'), filter);
    setAttribute(this.drawing.element.parentNode, 'hidden', of('node').length === 0);
    const nodes = of('node').filter((node) => node.data.state === 'running' && (!filter || filter(node)));
    this.use.show(
      nodes.map((node) => ({id: node.id, href: hrefOf(node)})),
      usage,
    );
    for (const kind of this.#kinds(world)) {
      const objects = kind === 'event' ? newestFirst(of(kind)) : of(kind);
      this.#table(kind, objects[0])?.show(objects, filter);
    }
    const isOwn = ({cluster: own}) => own === this.cluster;
    this.latest.show(history.latest(LATEST, filter ? (entry) => isOwn(entry) && filter(entry) : isOwn));
  }

  close() {
    this.drawing.close();
  }

  #kinds(world) {
    const others = world
      .kinds()
      .filter((kind) => !ORDER.includes(kind) && !ELSEWHERE.includes(kind))
      .sort();
    return [...ORDER, ...others];
  }

  // A table is made when there is something to be in it, in its place, and stays.
  #table(kind, sample) {
    if (!this.#tables.has(kind) && sample) {
      const title = kind === 'event' ? 'Events of Kubernetes' : titleOf(kind);
      const table = new Table({title, columns: columnsOf(kind, sample)});
      this.#tables.set(kind, table);
      const rank = (one) => (isKnown(one) ? ORDER.indexOf(one) : ORDER.length);
      const after = [...this.#tables.keys()].filter((other) => rank(other) > rank(kind));
      const next = after.sort((a, b) => rank(a) - rank(b))[0];
      this.tables.insertBefore(table.element, next ? this.#tables.get(next).element : null);
    }
    return this.#tables.get(kind);
  }
}

function newestFirst(events) {
  return [...events].sort((a, b) => (a.data.at < b.data.at ? 1 : a.data.at > b.data.at ? -1 : 0));
}

function factsOf({data}) {
  const count = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;
  return [
    count(data.controlPlanes, 'control plane'),
    count(data.workers, 'worker'),
    data.image,
    `made ${ageOf(data.created, Date.now())} ago`,
    data.expires ? `expires ${ageOf(data.expires, Date.now())}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
