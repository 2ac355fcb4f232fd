// SPDX-License-Identifier: Apache-2.0
// GPUs and other devices: those of the server's machine with who has them, and what Kubernetes nodes say they can
// give to pods.

import {columnsOf} from './columns.js';
import {element, setAttribute} from './dom.js';
import {stateOf} from './facts.js';
import {address} from './routes.js';
import {Table} from './table.js';

const ORDINARY = /^(cpu|memory|pods|ephemeral-storage|storage|hugepages-.*|attachable-volumes-.*)$/;

// One for each node and resource, as objects of a table.
export function devicesOf(kubeNodes) {
  return kubeNodes.flatMap(({cluster, data, id}) =>
    Object.entries(data.capacity ?? {})
      .filter(([resource]) => !ORDINARY.test(resource))
      .map(([resource, capacity]) => ({
        kind: 'device',
        id: `${id}/${resource}`,
        cluster,
        data: {
          resource,
          node: data.name ?? id,
          cluster,
          capacity: String(capacity),
          free: String(data.allocatable?.[resource] ?? ''),
        },
      })),
  );
}

// Devices that a node or an instance was given.
export function devicesHeldBy(world, name) {
  return world.list('device').filter(({data}) => name in (data.holders ?? {}));
}

// Nodes and instances that were given a device, as objects whose state is that of the device in them.
function holdersOf(world, {data}) {
  return Object.entries(data.holders ?? {}).map(([id, state]) => {
    const kind = world.get('instance', id) ? 'instance' : 'node';
    return {kind, id, cluster: world.get(kind, id)?.cluster, data: {state}};
  });
}

// What an object page shows of devices: of a device its holders, of a node or an instance its devices; null: nothing.
export function devicesPart(kind, id) {
  if (kind === 'device') {
    const state = {title: 'State', state: stateOf};
    const table = new Table({
      title: 'Held by',
      columns: [
        {title: 'Name', text: (holder) => holder.id, share: 4},
        {title: 'Kind', text: (holder) => holder.kind},
        {title: 'Cluster', text: (holder) => holder.cluster ?? ''},
        state,
      ],
    });
    return {table, of: (world) => (world.get(kind, id) ? holdersOf(world, world.get(kind, id)) : [])};
  }
  if (kind === 'node' || kind === 'instance') {
    const table = new Table({title: 'Devices', columns: columnsOf('device')});
    return {table, of: (world) => devicesHeldBy(world, id)};
  }
  return null;
}

export class DevicesPage {
  title = 'Devices';

  constructor() {
    this.own = new Table({title: 'Of this machine', columns: columnsOf('device')});
    const text = (title, member, share = 2) => ({title, share, text: ({data}) => data[member]});
    this.table = new Table({
      title: 'What nodes give to pods',
      columns: [
        text('Node', 'node', 4),
        text('Cluster', 'cluster'),
        text('Resource', 'resource', 4),
        text('Capacity', 'capacity', 1),
        text('Allocatable', 'free', 1),
      ],
      empty: 'No node tells of any.',
      href: ({data}) => address('object', 'node', data.node),
    });
    this.element = element(
      'div',
      {class: 'page'},
      element('div', {class: 'heading'}, element('h1', {}, 'Devices')),
      this.own.element,
      this.table.element,
    );
  }

  show({world, filter}) {
    const own = world.list('device');
    this.own.show(own, filter);
    setAttribute(this.own.element, 'hidden', own.length === 0);
    this.table.show(devicesOf(world.list('kube-node')), filter);
  }
}
