// SPDX-License-Identifier: Apache-2.0
// Looks at a server, and runs a command there, with generated classes alone.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import WebSocket from 'ws';

const [socket, folder] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const load = (name) => require(join(resolve(folder), name));
const [Hello, Filter, Run] = ['Hello', 'Filter', 'Run'].map(load);

const connection = new WebSocket(`ws+unix:${socket}:/live`);
const messages = [];
let wake = () => {};
connection.on('message', (data) => {
  const {type} = JSON.parse(data);
  const Message = load(type[0].toUpperCase() + type.slice(1));
  messages.push([type, new Message({}).unmarshal(data.toString())]);
  wake();
});

async function next(wanted) {
  for (;;) {
    while (messages.length > 0) {
      const [type, message] = messages.shift();
      if (type === wanted) return message;
    }
    await new Promise((resolve_) => (wake = resolve_));
  }
}

await new Promise((resolve_, reject) => connection.on('open', resolve_).on('error', reject));
connection.send(new Hello({type: 'hello', filter: new Filter({kinds: ['engine']})}).marshal());
const welcome = await next('welcome');
assert.equal(welcome.commands, true);
const snapshot = await next('snapshot');
assert.equal(snapshot.objects[0].kind, 'engine');
// Modelina's name of what JavaScript has reserved.
connection.send(new Run({type: 'run', id: '1', reservedArguments: ['version']}).marshal());
assert.equal((await next('started')).id, '1');
const output = await next('output');
assert.match(Buffer.from(output.bytes, 'base64').toString(), /^ingot /);
assert.equal((await next('ended')).code, 0);
connection.close();
console.log(`a generated client saw ${welcome.server.engine}, and ran a command`);
