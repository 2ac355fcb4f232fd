// SPDX-License-Identifier: Apache-2.0
// One object: everything that is known of it, what belongs to it, and what has changed of it.

import {columnsOf} from './columns.js';
import {devicesPart} from './devices_page.js';
import {element, patch, setAttribute, setState, setText, stateMark} from './dom.js';
import {Entries} from './entries.js';
import {ageOf, isTime, memberText, nameOf, sizeText, stateOf, valueText} from './facts.js';
import {address} from './routes.js';
import {Table} from './table.js';
import {UsageCard} from './usage_card.js';

const LATEST = 100;

// What somebody may want to do with it, in a terminal.
const COMMANDS = {
  instance: ({id}) => [`ingot instance ssh ${id}`, `ingot instance exec ${id} -- ps aux`, `ingot instance logs ${id}`],
  node: ({id}) => [`ingot node exec ${id} -- crictl ps`, `ingot node logs ${id}`],
  pod: ({cluster, data}) => [
    `ingot kubectl --cluster ${cluster} -- logs -n ${data.namespace} ${data.name}`,
    `ingot kubectl --cluster ${cluster} -- describe pod -n ${data.namespace} ${data.name}`,
  ],
};

// What opens a shell in it.
const SHELLS = {
  instance: ({id}) => ['instance', 'exec', id, '--', 'bash'],
  node: ({id}) => ['node', 'exec', id, '--', 'bash'],
};

export class ObjectPage {
  usage = null; // to be asked for

  constructor(kind, id) {
    this.kind = kind;
    this.id = id;
    this.title = id;
    this.name = element('h1', {}, id);
    this.state = stateMark();
    this.place = element('a', {hidden: true});
    this.gone = element('p', {class: 'notice', hidden: true}, 'This is gone.');
    this.shell = element('button', {type: 'button', hidden: true}, 'Shell');
    this.shell.addEventListener('click', () => this.dock.runInTerminal(SHELLS[kind]({id})));
    this.use = new UsageCard({title: 'What it uses', isNamed: false});
    this.facts = list('Facts');
    this.labels = list('Labels');
    this.commands = element('ul', {class: 'commands'});
    this.pods = kind === 'node' ? new Table({title: 'Pods on this node', columns: columnsOf('pod')}) : null;
    this.devices = devicesPart(kind, id);
    this.latest = new Entries({title: 'Changes'});
    this.element = element(
      'div',
      {class: 'page'},
      element('p', {class: 'above'}, element('a', {href: address('kind', kind)}, kind), this.place),
      element('div', {class: 'heading'}, this.name, this.state, this.shell),
      this.gone,
      this.use.element,
      this.facts.card,
      element('section', {class: 'card', hidden: !COMMANDS[kind]}, element('h2', {}, 'In a terminal'), this.commands),
      this.labels.card,
      this.devices?.table.element ?? null,
      this.pods?.element ?? null,
      this.latest.element,
    );
  }

  show({world, history, usage, filter, dock}) {
    const object = world.get(this.kind, this.id);
    this.dock = dock;
    const isRunning = this.kind in SHELLS && object && stateOf(object).tone === 'good';
    setAttribute(this.shell, 'hidden', !(isRunning && dock.canRun));
    // An instance is in no cluster, and its usage in no filter of its own.
    this.usage = isRunning ? {clusters: object.cluster ? [object.cluster] : []} : null;
    this.use.show(isRunning ? [{id: this.id, href: null}] : [], usage);
    setAttribute(this.gone, 'hidden', Boolean(object));
    setState(this.state, object ? stateOf(object) : null);
    if (object) {
      this.#describe(object);
    }
    if (this.pods) {
      const pods = world.list('pod').filter(({data}) => data.node === this.id);
      this.pods.show(pods, filter);
      setAttribute(this.pods.element, 'hidden', pods.length === 0);
    }
    if (this.devices) {
      const devices = this.devices.of(world);
      this.devices.table.show(devices, filter);
      setAttribute(this.devices.table.element, 'hidden', devices.length === 0);
    }
    this.latest.show(history.latest(LATEST, ({kind, id}) => kind === this.kind && id === this.id));
  }

  #describe(object) {
    setText(this.name, nameOf(object));
    setAttribute(this.place, 'hidden', !object.cluster);
    setText(this.place, object.cluster ?? '');
    setAttribute(this.place, 'href', object.cluster ? address('cluster', object.cluster) : null);
    this.facts.show([['id', object.id], ...Object.entries(object.data)]);
    this.labels.show(Object.entries(object.labels ?? {}));
    patch(
      this.commands,
      COMMANDS[object.kind]?.(object) ?? [],
      (line) => line,
      (line) => element('li', {}, element('code', {tabindex: '0'}, line)),
      () => {},
    );
  }
}

// Names and values; not there while there are none.
function list(title) {
  const body = element('dl');
  const card = element('section', {class: 'card'}, element('h2', {}, title), body);
  const show = (entries) => {
    setAttribute(card, 'hidden', entries.length === 0);
    patch(
      body,
      entries,
      ([name]) => name,
      ([name]) => element('div', {}, element('dt', {}, title === 'Labels' ? name : memberText(name)), element('dd')),
      (row, [name, value]) => setText(row.lastChild, shown(name, value)),
    );
  };
  return {card, show};
}

function shown(name, value) {
  if (isTime(value)) {
    const age = ageOf(value, Date.now());
    return `${new Date(value).toLocaleString()} (${age.startsWith('in ') ? age : `${age} ago`})`;
  }
  return name.endsWith('Bytes') && typeof value === 'number' ? sizeText(value) : valueText(value) || '–';
}
