// SPDX-License-Identifier: Apache-2.0
// Commands that this page runs, or watches somebody else run: what was said about them, and what they wrote.

import {Screen} from './screen.js';

const MOST = 20; // that have ended

export class Jobs {
  all = []; // {key, command (the object's id; null: not started yet), title, state, code, screen, steps}
  selected = null;
  #send;
  #next = 1;

  constructor(send) {
    this.#send = send;
  }

  run(words) {
    const key = `page-${Date.now()}-${this.#next++}`;
    const job = this.#add({key, command: null, title: words.join(' '), state: 'asked'});
    // What runs goes on when the connection is lost, and is joined again.
    if (!this.#send({type: 'run', id: key, arguments: words, detached: true})) {
      this.#end(job, 'refused', 'There is no connection to the server.');
    }
  }

  // Of somebody else's, with its output so far.
  join(object) {
    const known = this.all.find(({command}) => command === object.id);
    const title = (object.data.arguments ?? []).join(' ');
    this.selected = known ?? this.#add({key: object.id, command: object.id, title, state: 'running'});
    if (!known) {
      this.selected.isJoining = true;
      this.#send({type: 'join', command: object.id});
    }
  }

  input(job, text) {
    this.#tell(job, {type: 'input', bytes: btoa(String.fromCharCode(...new TextEncoder().encode(text)))});
  }

  interrupt(job) {
    this.#tell(job, {type: 'signal', signal: 'INT'});
  }

  close(job) {
    if (job.state === 'running') {
      this.#tell(job, {type: 'leave'});
    }
    this.all = this.all.filter((other) => other !== job);
    this.selected = this.selected === job ? (this.all.at(-1) ?? null) : this.selected;
  }

  // Whether the message was about one of them.
  take(message) {
    const job = this.all.find(
      ({key, command}) =>
        (message.command !== undefined && command === message.command) ||
        (message.id !== undefined && key === message.id),
    );
    if (!job) {
      return false;
    }
    switch (message.type) {
      case 'started':
        job.command = message.command;
        job.state = 'running';
        return true;
      case 'refused':
        this.#refuse(job, [message.message, message.remedy].filter(Boolean).join(': '));
        return true;
      case 'gap':
        job.screen.note('What it wrote before is not kept any more.');
        return true;
      case 'output':
        job.isJoining = false;
        job.screen.write(message.bytes, message.stream);
        return true;
      case 'progress':
        this.#progress(job, message.event);
        return true;
      case 'ended':
        job.code = message.code;
        this.#end(job, 'ended', message.code === 0 ? 'done' : `ended with exit code ${message.code}`);
        return true;
      default:
        return false;
    }
  }

  // After a lost connection. Of another run of the server nothing is known any more.
  reconnected(isSameRun) {
    for (const job of this.all) {
      if (job.state === 'running' && isSameRun) {
        job.screen = new Screen();
        job.isJoining = true;
        this.#send({type: 'join', command: job.command});
      } else if (job.state === 'running' || job.state === 'asked') {
        this.#end(job, 'lost', 'The connection was lost; what became of it is not known here.');
      }
    }
  }

  #tell(job, message) {
    if (job.command !== null && job.state === 'running') {
      this.#send({...message, command: job.command});
    }
  }

  #add(job) {
    const made = {...job, code: null, steps: null, screen: new Screen()};
    this.all.push(made);
    const over = this.all.filter(({state}) => state !== 'running' && state !== 'asked');
    for (const old of over.slice(0, Math.max(0, over.length - MOST))) {
      this.close(old);
    }
    this.selected = made;
    return made;
  }

  // A signal that is refused ends nothing.
  #refuse(job, text) {
    if (job.state === 'asked' || job.isJoining) {
      this.#end(job, 'refused', text);
    } else {
      job.screen.note(text, 'bad');
    }
  }

  #end(job, state, text) {
    job.steps = null;
    job.state = state;
    job.screen.note(text, state === 'ended' && job.code === 0 ? 'note good' : 'note bad');
  }

  // How far it is; what happens, it also writes itself.
  #progress(job, event) {
    if (event.type === 'operationStarted') {
      job.steps = {all: event.steps?.length ?? 0, done: 0, title: ''};
    } else if (event.type === 'stepStarted' && job.steps) {
      job.steps.title = event.title;
    } else if (event.type === 'stepFinished' && job.steps) {
      job.steps.done += 1;
    }
  }
}
