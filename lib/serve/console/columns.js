// SPDX-License-Identifier: Apache-2.0
// Which columns a table of each kind has. Kinds that nothing is known of have those that their data has.

import {isTime, memberText, nameOf, resourcesText, shortDigest, sizeText, stateOf, valueText} from './facts.js';

const text = (title, member, more = {}) => ({title, text: ({data}) => valueText(data[member]), ...more});
const name = (share = 4) => ({title: 'Name', text: nameOf, share});
const state = {title: 'State', state: stateOf};
const created = (title = 'Age', member = 'created') => ({
  title,
  time: ({data}) => data[member],
  share: 1.3,
  wide: true,
});
const image = text('Image', 'image', {share: 4, wide: true, mono: true});
const namespace = text('Namespace', 'namespace', {share: 2.5, wide: true});

const COLUMNS = {
  cluster: [
    name(),
    state,
    {title: 'Nodes', text: ({data}) => `${data.running} of ${data.controlPlanes + data.workers} run`},
    image,
    {title: 'Expires', time: ({data}) => data.expires, share: 1, wide: true},
    created(),
  ],
  node: [
    name(),
    {title: 'Role', text: ({data}) => data.role.replace('external-', ''), wide: true},
    state,
    text('Address', 'address', {mono: true}),
    image,
    created(),
  ],
  instance: [
    name(),
    state,
    text('Address', 'address', {mono: true}),
    text('SSH', 'ssh', {mono: true, wide: true}),
    image,
    created(),
  ],
  device: [
    name(),
    state,
    text('Model', 'model', {share: 3}),
    {title: 'Memory', text: ({data}) => (data.memoryBytes ? sizeText(data.memoryBytes) : ''), wide: true},
    text('PCI', 'pci', {mono: true, wide: true}),
    {title: 'Held by', text: ({data}) => Object.keys(data.holders ?? {}).join(', '), share: 4},
  ],
  network: [
    name(),
    text('Driver', 'driver'),
    text('Subnets', 'subnets', {share: 4, mono: true}),
    {title: 'Id', text: ({id}) => shortDigest(id), mono: true, wide: true},
  ],
  image: [
    name(6),
    {title: 'Size', text: ({data}) => sizeText(data.sizeBytes)},
    {title: 'Digest', text: ({id}) => shortDigest(id), mono: true, wide: true},
    created('Built'),
  ],
  pod: [
    name(5),
    namespace,
    state,
    text('Ready', 'ready', {share: 1}),
    text('Restarts', 'restarts', {share: 1.5, wide: true}),
    text('Node', 'node', {share: 4, wide: true}),
    text('Address', 'address', {mono: true, wide: true}),
    created(),
  ],
  service: [
    name(),
    namespace,
    text('Type', 'type', {wide: true}),
    text('Addresses', 'addresses', {mono: true}),
    text('Ports', 'ports', {share: 6, mono: true}),
    text('On nodes', 'nodePorts', {share: 2, mono: true, wide: true}),
    created(),
  ],
  deployment: [
    name(),
    namespace,
    {...state, title: 'Ready'},
    text('Updated', 'updated', {share: 1, wide: true}),
    text('Images', 'images', {share: 5, wide: true, mono: true}),
    created(),
  ],
  'kube-node': [
    name(),
    state,
    text('Version', 'version', {mono: true}),
    text('Addresses', 'addresses', {share: 3, mono: true, wide: true}),
    {title: 'For pods', text: ({data}) => resourcesText(data.allocatable), share: 5, wide: true},
    text('Conditions', 'conditions', {share: 4, wide: true}),
  ],
  event: [
    {title: 'About', text: ({data}) => valueText(data.about), share: 4},
    {...state, title: 'Level'},
    text('Reason', 'reason'),
    text('Message', 'message', {share: 7}),
    text('Count', 'count', {share: 1, wide: true}),
    created('Age', 'at'),
  ],
  command: [{...name(), title: 'Command'}, state, text('Who', 'who', {wide: true}), created('Started', 'started')],
  viewer: [name(), text('Channel', 'channel'), text('Role', 'role'), created('Since', 'since')],
};

const TITLES = {'kube-node': 'Kubernetes nodes'};

export function titleOf(kind) {
  return TITLES[kind] ?? `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}s`;
}

export const isKnown = (kind) => kind in COLUMNS;

// `sample`: an object of a kind that is not known.
export function columnsOf(kind, sample) {
  if (isKnown(kind)) {
    return COLUMNS[kind];
  }
  const members = Object.entries(sample?.data ?? {}).filter(([member]) => !['name', 'state', 'phase'].includes(member));
  return [
    {title: 'Name', text: ({id}) => id, share: 4},
    ...(sample && stateOf(sample) ? [state] : []),
    ...members.slice(0, 6).map(([member, value], i) => {
      const title = memberText(member);
      return isTime(value) ? {title, time: ({data}) => data[member], wide: i > 0} : text(title, member, {wide: i > 0});
    }),
  ];
}
