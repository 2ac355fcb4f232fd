// SPDX-License-Identifier: Apache-2.0
// The list of pages beside the page.

import {titleOf} from './columns.js';
import {devicesOf} from './devices_page.js';
import {arrowKeys, element, patch, setAttribute, setText} from './dom.js';
import {stateOf} from './facts.js';
import {address} from './routes.js';

const IN_CLUSTERS = ['cluster', 'node', 'pod', 'service', 'deployment', 'event', 'kube-api', 'kube-node', 'usage'];
const ALWAYS = ['instance', 'network', 'image'];

export class Navigation {
  constructor(nav) {
    this.list = element('ul');
    nav.append(this.list);
    this.holdTab = arrowKeys(this.list);
  }

  show({world, history}, here) {
    const clusters = world
      .list('cluster')
      .map((object) => ({
        href: address('cluster', object.id),
        text: object.id,
        tone: stateOf(object).tone,
        state: stateOf(object).text,
        isInner: true,
      }));
    const others = world
      .kinds()
      .filter((kind) => ![...IN_CLUSTERS, ...ALWAYS, 'engine', 'viewer', 'device'].includes(kind))
      .sort();
    const devices = Math.max(world.count('device'), devicesOf(world.list('kube-node')).length);
    const items = [
      {href: '#/', text: 'Overview'},
      {href: address('kind', 'cluster'), text: 'Clusters', count: world.count('cluster')},
      ...clusters,
      ...[...ALWAYS, ...others].map((kind) => ({
        href: address('kind', kind),
        text: titleOf(kind),
        count: world.count(kind),
      })),
      ...(devices > 0 ? [{href: address('devices'), text: 'Devices', count: devices}] : []),
      {href: address('changes'), text: 'Changes', count: history.size},
    ];
    patch(this.list, items, ({href}) => href, newItem, fillItem);
    for (const item of this.list.children) {
      setAttribute(item.firstChild, 'aria-current', item.item.href === here ? 'page' : null);
    }
    this.holdTab();
  }
}

function newItem() {
  return element(
    'li',
    {},
    element('a', {tabindex: '-1'}, element('span', {class: 'text'}), element('span', {class: 'count'})),
  );
}

function fillItem(item, {href, text, count, tone, state, isInner}) {
  const [label, number] = item.firstChild.children;
  setAttribute(item, 'class', isInner ? 'inner' : null);
  setAttribute(item.firstChild, 'href', href);
  setAttribute(item.firstChild, 'data-tone', tone ?? null);
  setAttribute(item.firstChild, 'title', state ? `${text}: ${state}` : null);
  setText(label, text);
  setText(number, count === undefined ? '' : String(count));
}
