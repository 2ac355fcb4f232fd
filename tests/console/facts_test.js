// SPDX-License-Identifier: Apache-2.0
import {ageOf, describe, nameOf, resourcesText, sizeText, stateOf, valueText} from '/console/facts.js';
import {filterOf} from '/console/filter.js';
import {address, hrefOf, partsOf} from '/console/routes.js';
import {tokenOf} from '/console/token.js';
import {same} from './check.js';

const pod = (phase, ready) => ({
  kind: 'pod',
  id: 'c/ns/web',
  cluster: 'c',
  labels: {app: 'web'},
  data: {name: 'web', phase, ready},
});

export const tests = {
  'states and their tones'() {
    const of = (object) => Object.values(stateOf(object)).join();
    same(of(pod('Running', '1/1')), 'Running,good');
    same(of(pod('Running', '0/1')), 'Not ready,busy');
    same(of(pod('Failed', '0/1')), 'Failed,bad');
    same(
      ['Completed', 'CrashLoopBackOff', 'Init:0/1', 'Init:Error', 'Terminating', 'OOMKilled', 'ErrImagePull'].map(
        (phase) => stateOf(pod(phase, '0/1')).tone,
      ),
      ['idle', 'bad', 'busy', 'bad', 'busy', 'bad', 'bad'],
    );
    same(of({kind: 'node', data: {state: 'exited'}}), 'exited,idle');
    same(of({kind: 'kube-node', data: {ready: false}}), 'Not ready,bad');
    same(of({kind: 'kube-node', data: {ready: true, unschedulable: true}}), 'Ready, cordoned,good');
    same(of({kind: 'deployment', data: {wanted: 2, ready: 1}}), '1 of 2,busy');
    same(stateOf({kind: 'network', data: {}}), null);
  },
  'ages, sizes, values'() {
    const now = Date.parse('2026-01-02T00:00:00Z');
    same(
      [
        '2026-01-01T23:59:30Z',
        '2026-01-01T23:00:00Z',
        '2026-01-01T12:00:00Z',
        '2025-12-20T00:00:00Z',
        '2026-01-02T02:00:00Z',
        'x',
        '1970-01-01T00:00:00Z',
      ].map((time) => ageOf(time, now)),
      ['30 s', '60 min', '12 h', '13 d', 'in 2 h', '', ''],
    );
    same([0, 999, 1500, 912345678].map(sizeText), ['0 B', '999 B', '1.5 kB', '912 MB']);
    same(valueText([1, {cpu: '2'}, null]), '1, cpu 2, ');
    same(
      resourcesText({
        cpu: '2',
        'ephemeral-storage': '1Ki',
        'hugepages-2Mi': '0',
        memory: '26421204Ki',
        'nvidia.com/gpu': '1',
      }),
      'cpu 2, memory 25.2 GiB, nvidia.com/gpu 1',
    );
    same(nameOf({kind: 'image', id: `sha256:${'ab'.repeat(32)}`, data: {tags: []}}), 'abababababab');
  },
  'what a change has changed'() {
    same(describe({after: pod('Pending', '0/1')}), {what: 'new', text: 'Pending'});
    same(describe({before: pod('Pending', '0/1'), after: pod('Running', '1/1')}), {
      what: 'changed',
      text: 'phase Pending → Running; ready 0/1 → 1/1',
    });
    same(describe({before: pod('Running', '1/1')}), {what: 'gone', text: ''});
  },
  'the search box'() {
    const finds = (typed, object = pod('Running', '1/1')) => filterOf(typed)?.(object) ?? 'all';
    same(finds('  '), 'all');
    same(
      [
        'web',
        'WEB run',
        'web nothing',
        '-web',
        '-nothing',
        'kind:pod',
        'kind:node',
        'phase:run -kind:node',
        'app:web',
        'image:1',
      ].map((typed) => finds(typed)),
      [true, true, false, false, true, true, false, true, true, false],
    );
    same(finds('127.0.0.1:80', {kind: 'instance', id: 'x', data: {ssh: '127.0.0.1:80'}}), true);
  },
  'addresses of pages, and the token in them'() {
    same(partsOf(address('object', 'pod', 'a/b c')), ['object', 'pod', 'a/b c']);
    same(partsOf('#/object/%zz'), ['object', '%zz']);
    same(hrefOf({kind: 'cluster', id: 'x'}), '#/cluster/x');
    same(
      [tokenOf('?token=a', ''), tokenOf('', '#token=b'), tokenOf('', '#/cluster/x'), tokenOf('?x=1', '')],
      ['a', 'b', null, null],
    );
  },
};
