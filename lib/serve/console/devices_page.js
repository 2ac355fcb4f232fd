// SPDX-License-Identifier: Apache-2.0
// GPUs and other devices: what Kubernetes nodes say they can give to pods. Until the server tells of devices
// themselves, nothing more is known, and nothing more is shown.

import {element} from './dom.js';
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

export class DevicesPage {
  title = 'Devices';

  constructor() {
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
      empty: 'No node tells of any. ingot gpu list shows those of this machine.',
      href: ({data}) => address('object', 'node', data.node),
    });
    this.element = element(
      'div',
      {class: 'page'},
      element('div', {class: 'heading'}, element('h1', {}, 'Devices')),
      this.table.element,
    );
  }

  show({world, filter}) {
    this.table.show(devicesOf(world.list('kube-node')), filter);
  }
}
