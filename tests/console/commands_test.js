// SPDX-License-Identifier: Apache-2.0
import {argumentsOf, complete, withWord, wordsOf} from '/console/completion.js';
import {Jobs} from '/console/jobs.js';
import {Typing} from '/console/typing.js';
import {holds, same} from './check.js';

const COMMANDS = [
  {
    path: 'cluster create',
    summary: 'Create',
    flags: [
      {name: '--workers', value: 'N'},
      {name: '--output', value: 'F', choices: ['json', 'yaml']},
    ],
    positionals: [{meaning: 'text'}],
  },
  {
    path: 'cluster delete',
    summary: 'Delete',
    flags: [{name: '--yes'}],
    positionals: [{meaning: 'cluster', limit: 1000}],
  },
  {path: 'cluster snapshot save', summary: 'Save', flags: [], positionals: [{meaning: 'cluster', limit: 1}]},
  {path: 'doctor', summary: 'Look', flags: [], positionals: []},
];
const NAMES = (meaning) => (meaning === 'cluster' ? ['demo', 'dev'] : []);
const words = (line) => complete(line, COMMANDS, NAMES).map(({word}) => word);
const text = (terminal) => terminal.items().map(({parts}) => parts.map((part) => part.text).join(''));

export const tests = {
  'a line as words'() {
    same(wordsOf('a  b "c d" \'e "f\' g\\ h ""'), ['a', 'b', 'c d', 'e "f', 'g h', '']);
    same(argumentsOf('ingot cluster list'), ['cluster', 'list']);
  },
  'completion of verbs, flags, values and names'() {
    same(words(''), ['cluster', 'doctor']);
    same(words('ingot cl'), ['cluster']);
    same(words('cluster '), ['create', 'delete', 'snapshot']);
    same(words('cluster snapshot s'), ['save']);
    same(words('cluster delete d'), ['demo', 'dev']);
    same(words('cluster delete demo d'), ['demo', 'dev']);
    same(words('cluster snapshot save demo d'), []);
    same(words('cluster create --w'), ['--workers']);
    same(words('cluster create --output '), ['json', 'yaml']);
    same(words('kubectl -- get '), []);
    same(withWord('cluster de', 'delete'), 'cluster delete ');
  },
  'a command from start to end'() {
    const sent = [];
    const jobs = new Jobs((message) => sent.push(message));
    jobs.run(['cluster', 'list']);
    const [{type, id, arguments: given}] = sent;
    same([type, given, sent[0].detached], ['run', ['cluster', 'list'], true]);
    jobs.take({type: 'started', id, command: 'c1'});
    jobs.take({type: 'output', command: 'c1', stream: 'stdout', bytes: btoa('demo\n')});
    jobs.interrupt(jobs.selected);
    jobs.input(jobs.selected, 'y\n');
    same(sent.slice(1), [
      {type: 'signal', signal: 'INT', command: 'c1'},
      {type: 'input', command: 'c1', bytes: btoa('y\n')},
    ]);
    jobs.take({type: 'refused', command: 'c1', message: 'only reading', remedy: 'drive'});
    same(jobs.selected.state, 'running', 'a refused signal ends nothing');
    jobs.take({type: 'progress', command: 'c1', event: {type: 'operationStarted', steps: [{id: 'a'}, {id: 'b'}]}});
    jobs.take({type: 'progress', command: 'c1', event: {type: 'stepStarted', id: 'a', title: 'Boot'}});
    jobs.take({type: 'progress', command: 'c1', event: {type: 'stepFinished', id: 'a', title: 'Boot'}});
    same(jobs.selected.steps, {all: 2, done: 1, title: 'Boot'});
    jobs.take({type: 'ended', command: 'c1', code: 3});
    same([jobs.selected.state, jobs.selected.code], ['ended', 3]);
    same(text(jobs.selected.terminal).filter(Boolean), ['demo', 'only reading: drive', 'ended with exit code 3']);
    same(jobs.take({type: 'output', command: 'another', bytes: ''}), false);
  },
  'one that is refused, one that is joined, one that is lost'() {
    const sent = [];
    const jobs = new Jobs((message) => sent.push(message));
    jobs.run(['x']);
    jobs.take({type: 'refused', id: sent[0].id, message: 'no', remedy: 'yes'});
    same(jobs.selected.state, 'refused');
    jobs.join({id: 'c2', data: {arguments: ['doctor']}});
    same(sent.at(-1), {type: 'join', command: 'c2'});
    jobs.reconnected(true);
    same(sent.at(-1), {type: 'join', command: 'c2'});
    jobs.take({type: 'gap', command: 'c2'});
    same(text(jobs.selected.terminal)[0], 'What it wrote before is not kept any more.');
    jobs.reconnected(false);
    same(jobs.selected.state, 'lost');
  },
  'a terminal: its size, its keys, and what programs ask it'() {
    const sent = [];
    const jobs = new Jobs((message) => sent.push(message));
    const job = jobs.run(['node', 'exec', 'n', '--', 'bash'], {columns: 80, rows: 24});
    same(sent[0].terminal, {columns: 80, rows: 24});
    jobs.take({type: 'started', id: sent[0].id, command: 'c1'});
    jobs.take({type: 'resized', command: 'c1', terminal: {columns: 80, rows: 24}});
    jobs.resize(job, {columns: 80, rows: 24});
    jobs.resize(job, {columns: 50, rows: 20});
    jobs.resize(job, {columns: 50, rows: 20});
    same(sent.slice(1), [{type: 'resize', terminal: {columns: 50, rows: 20}, command: 'c1'}], 'each size once');
    same(job.terminal.screen.columns, 80, 'what is on its way was written for the old size');
    jobs.take({type: 'resized', command: 'c1', terminal: {columns: 50, rows: 20}});
    same([job.terminal.screen.columns, job.isSizing], [50, true]);
    jobs.take({type: 'output', command: 'c1', stream: 'stdout', bytes: btoa('\x1b[6n')});
    same(sent.at(-1), {type: 'input', command: 'c1', bytes: btoa('\x1b[1;1R')});
    jobs.interrupt(job);
    same(sent.at(-1).bytes, btoa('\x03'));
    jobs.take({type: 'refused', command: 'c1', message: 'no', remedy: ''});
    same([job.problem, text(job.terminal).join('')], ['no', ''], 'a full screen is no place for it');
    jobs.take({type: 'resized', command: 'c1', terminal: {columns: 99, rows: 9}});
    same(job.isSizing, false, 'somebody else gives its size now');
    jobs.resize(job, {columns: 50, rows: 20});
    same(job.isSizing, true);
    jobs.close(job);
    same(
      sent.slice(-2).map(({type, signal}) => signal ?? type),
      ['HUP', 'leave'],
    );
  },
  'what was asked before a connection was lost is not answered again'() {
    const sent = [];
    const jobs = new Jobs((message) => sent.push(message));
    const job = jobs.run(['x'], {columns: 80, rows: 24});
    jobs.take({type: 'started', id: sent[0].id, command: 'c1'});
    jobs.reconnected(true);
    const ask = {type: 'output', command: 'c1', stream: 'stdout', bytes: btoa('\x1b[6n')};
    jobs.take({type: 'resized', command: 'c1', terminal: {columns: 30, rows: 5}});
    jobs.take(ask);
    same(sent.at(-1), {type: 'join', command: 'c1'});
    same(job.isSizing, true);
    jobs.take({type: 'joined', command: 'c1'});
    jobs.take(ask);
    same(sent.at(-1).type, 'input');
  },
  'what somebody else runs is not answered, and not fitted'() {
    const sent = [];
    const jobs = new Jobs((message) => sent.push(message));
    jobs.join({id: 'c2', data: {arguments: ['x'], who: 'me', terminal: {columns: 33, rows: 5}}});
    same([jobs.selected.terminal.screen.columns, jobs.selected.who, jobs.selected.isSizing], [33, 'me', false]);
    jobs.take({type: 'joined', command: 'c2'});
    jobs.take({type: 'output', command: 'c2', stream: 'stdout', bytes: btoa('\x1b[6n')});
    same(sent, [{type: 'join', command: 'c2'}]);
    jobs.close(jobs.selected);
    same(sent.at(-1), {type: 'leave', command: 'c2'}, 'it is not hung up');
  },
  'no more is typed than a command takes'() {
    const sent = [];
    const typing = new Typing((message) => sent.push(message));
    for (let i = 0; i < 100; ++i) {
      typing.type('c', `${i} `);
    }
    same(sent.length, 32);
    typing.taken();
    same(sent.length, 33);
    same(atob(sent.at(-1).bytes), Array.from({length: 68}, (_, i) => `${i + 32} `).join(''), 'the rest at once');
    typing.reset();
    sent.length = 0;
    const long = `${'x'.repeat(8191)}🙂${'é'.repeat(20000)}`;
    typing.type('c', long);
    const bytes = sent.map((message) => atob(message.bytes)).join('');
    same(new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))) === long, true);
    holds(
      sent.every((message) => message.bytes.length < 60000),
      'messages are bounded',
    );
  },
};
