// SPDX-License-Identifier: Apache-2.0
import {fitted, layOut} from '/console/topology.js';
import {holds, same} from './check.js';

const nodes = (balancers, planes, workers) => [
  ...Array.from({length: balancers}, () => ({id: 'lb', role: 'external-load-balancer'})),
  ...Array.from({length: planes}, (_, i) => ({id: `cp${i}`, role: 'control-plane'})),
  ...Array.from({length: workers}, (_, i) => ({id: `w${i}`, role: 'worker'})),
];
const pods = (count, node = 'w0') => Array.from({length: count}, (_, i) => ({id: `p${i}`, node}));

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export const tests = {
  'tiers from the load balancer to workers, each linked'() {
    const drawing = layOut(nodes(1, 3, 2), pods(2), 1000);
    same(
      drawing.tiers.map(({title}) => title),
      ['Load balancer', '3 control planes', '2 workers'],
    );
    same(drawing.links.filter(({key}) => key.startsWith('down')).length, 5);
    const y = (id) => drawing.boxes.find(({key}) => key === id).y;
    holds(y('lb') < y('cp0') && y('cp0') < y('w0') && y('cp0') === y('cp2'), 'in this order');
  },
  'nothing overlaps, and nothing is outside, at any width'() {
    for (const width of [300, 360, 700, 1300]) {
      for (const count of [0, 3, 14, 15, 400]) {
        const drawing = layOut(nodes(1, 3, 7), [...pods(count), {id: 'lost', node: ''}], width);
        const {boxes} = drawing;
        for (const box of boxes) {
          holds(
            box.x >= 0 && box.x + box.width <= width + 1 && box.y + box.height <= drawing.height,
            `${box.key} at ${width}`,
          );
          holds(
            boxes.every((other) => other === box || !overlap(box, other)),
            `${box.key} overlaps at ${width}`,
          );
        }
        for (const {pod, x, y, width: size} of drawing.pods) {
          const box = boxes.find(({key}) => key === pod.node);
          holds(
            x >= box.x && x + size <= box.x + box.width && y >= box.y && y < box.y + box.height,
            `${pod.id} at ${width}`,
          );
        }
        same(drawing.pods.length, count + 1);
      }
    }
  },
  'many pods are squares, few have names'() {
    holds(layOut(nodes(0, 1, 1), pods(14), 800).isNamed, 'few');
    holds(!layOut(nodes(0, 1, 1), pods(15), 800).isNamed, 'many');
  },
  'pods of a node that is not there are on no node'() {
    const drawing = layOut(nodes(0, 1, 0), [{id: 'p', node: 'gone'}], 800);
    same(
      drawing.tiers.map(({title}) => title),
      ['Control plane', 'On no node yet'],
    );
    same(drawing.links.length, 0);
  },
  'no nodes, no picture'() {
    same(layOut([], [], 800).height, 0);
  },
  'texts are cut to what fits'() {
    same([fitted('short', 100), fitted('a-name-that-is-long', 67), fitted('x', 0)], ['short', 'a-name-th…', 'x']);
  },
};
