// SPDX-License-Identifier: Apache-2.0
import {argumentsOf, complete, withWord, wordsOf} from '/console/completion.js';
import {Jobs} from '/console/jobs.js';
import {Screen} from '/console/screen.js';
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
const text = (screen) => screen.lines.map(({parts}) => parts.map((part) => part.text).join(''));

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
  'output: lines, colours, lines written anew, pieces of characters and sequences'() {
    const screen = new Screen();
    screen.writeText('one\ntwo \x1b[1;31mred\x1b[0m plain\r\n10 %\r20 %');
    screen.writeText('\r100 %\n\x1b');
    screen.writeText('[32mgreen\x1b[2K\x1b]');
    same(text(screen).slice(0, 3), ['one', 'two red plain', '100 %']);
    same(screen.lines[1].parts[1], {text: 'red', style: 'red bold'});
    same(screen.lines[3].parts[0], {text: 'green', style: 'green'});
    const bytes = new Screen();
    const euro = new TextEncoder().encode('€\n');
    bytes.write(btoa(String.fromCharCode(...euro.slice(0, 2))), 'stdout');
    bytes.write(btoa(String.fromCharCode(...euro.slice(2))), 'stdout');
    same(text(bytes), ['€', '']);
  },
  'output is bounded'() {
    const screen = new Screen();
    screen.writeText('x\n'.repeat(10000));
    holds(screen.lines.length <= 4000, `${screen.lines.length}`);
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
      {type: 'input', bytes: btoa('y\n'), command: 'c1'},
    ]);
    jobs.take({type: 'refused', command: 'c1', message: 'only reading', remedy: 'drive'});
    same(jobs.selected.state, 'running', 'a refused signal ends nothing');
    jobs.take({type: 'progress', command: 'c1', event: {type: 'operationStarted', steps: [{id: 'a'}, {id: 'b'}]}});
    jobs.take({type: 'progress', command: 'c1', event: {type: 'stepStarted', id: 'a', title: 'Boot'}});
    jobs.take({type: 'progress', command: 'c1', event: {type: 'stepFinished', id: 'a', title: 'Boot'}});
    same(jobs.selected.steps, {all: 2, done: 1, title: 'Boot'});
    jobs.take({type: 'ended', command: 'c1', code: 3});
    same([jobs.selected.state, jobs.selected.code], ['ended', 3]);
    same(text(jobs.selected.screen).filter(Boolean), ['demo', 'only reading: drive', 'ended with exit code 3']);
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
    same(text(jobs.selected.screen)[0], 'What it wrote before is not kept any more.');
    jobs.reconnected(false);
    same(jobs.selected.state, 'lost');
  },
};
