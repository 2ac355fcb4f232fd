// SPDX-License-Identifier: Apache-2.0
import {History} from '/console/history.js';
import {World} from '/console/world.js';
import {holds, same} from './check.js';

const node = (id, state = 'running', cluster = 'demo') => ({kind: 'node', id, cluster, labels: {}, data: {state}});
const welcome = (run = 'r', version = 1, resumed = false) => ({
  type: 'welcome',
  run,
  version,
  resumed,
  server: {engine: 'e', version: '1'},
});
const snapshot = (version, objects, complete = true) => ({type: 'snapshot', version, objects, complete});

function started(...objects) {
  const world = new World();
  world.take(welcome());
  world.take(snapshot(1, objects));
  return world;
}

export const tests = {
  'parts of a snapshot are shown when all are there'() {
    const world = new World();
    world.take(welcome());
    world.take(snapshot(7, [node('a')], false));
    holds(!world.isComplete && world.position === null, 'half a snapshot is nothing to go on from');
    same(world.take(snapshot(7, [node('b')])), [], 'a first snapshot is no change');
    same(
      world.list('node').map(({id}) => id),
      ['a', 'b'],
    );
    same(world.position, {run: 'r', version: 7});
  },
  'changes, and what they changed'() {
    const world = started(node('a'));
    const [added] = world.take({type: 'change', version: 2, set: node('b', 'created')});
    same([added.before, added.after.id], [undefined, 'b']);
    const [changed] = world.take({type: 'change', version: 3, set: node('b')});
    same([changed.before.data.state, changed.after.data.state], ['created', 'running']);
    world.take({type: 'change', version: 4, removed: {kind: 'node', id: 'a'}});
    same(
      world.list('node').map(({id}) => id),
      ['b'],
    );
    same(
      world.take({type: 'change', version: 5, removed: {kind: 'node', id: 'never'}}),
      [],
      'of what was never heard of',
    );
    same(world.position, {run: 'r', version: 5});
  },
  'a resume keeps the world, and goes on from its version'() {
    const world = started(node('a'));
    world.take(welcome('r', 1, true));
    same(world.count('node'), 1);
    same(world.position, {run: 'r', version: 1});
  },
  'another snapshot takes the place of what was known, with the differences'() {
    const world = started(node('a'), node('b'), node('c'));
    const kept = world.get('node', 'a');
    world.take(welcome('other'));
    same(world.count('node'), 3, 'until it is complete, the old one is shown');
    same(world.position, null, 'nothing to resume from meanwhile');
    const changes = world.take(snapshot(9, [node('a'), node('b', 'exited'), node('d')]));
    holds(world.isReplaced, 'it says so');
    same(
      changes.map(({before, after}) => [before?.id, after?.id]),
      [
        ['b', 'b'],
        [undefined, 'd'],
        ['c', undefined],
      ],
    );
    holds(world.get('node', 'a') === kept, 'what is the same stays the same');
    same(world.position, {run: 'other', version: 9});
  },
  'names in the order people count'() {
    same(
      started(node('w10'), node('w2'), node('w1'))
        .list('node')
        .map(({id}) => id),
      ['w1', 'w2', 'w10'],
    );
    same(
      started(node('a'), node('b', 'running', 'other'))
        .list('node', 'demo')
        .map(({id}) => id),
      ['a'],
    );
  },
  'the history is bounded, the newest first, and stops at an entry'() {
    const history = new History();
    for (let i = 0; i < 12000; ++i) {
      history.add([{version: i, before: undefined, after: node(`n${i}`)}], 0);
    }
    holds(history.size <= 5500, 'it is bounded');
    same(
      history.latest(2).map(({id}) => id),
      ['n11999', 'n11998'],
    );
    same(history.latest(1, null, history.last - 5)[0].id, 'n11994');
    same(history.latest(1, ({id}) => id === 'n11000').length, 1);
  },
};
