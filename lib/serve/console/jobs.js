// SPDX-License-Identifier: Apache-2.0
// Commands that this page runs, or watches somebody else run: what was said about them, and what they wrote.

import {Screen} from './screen.js';

const MOST = 20;  // that have ended

export class Jobs {
  all = [];         // {key, command (the object's id; null: not started yet), title, state, code, screen, isOwn}
  selected = null;
  #send;
  #next = 1;

  constructor(send) {
    this.#send = send;
  }

  run(words) {
    const key = `page-${Date.now()}-${this.#next++}`;
    const job = this.#add({key, command: null, title: words.join(' '), state: 'asked', isOwn: true});
    if (!this.#send({type: 'run', id: key, arguments: words})) {
      this.#end(job, 'refused', 'There is no connection to the server.');
    }
  }

  // Of somebody else's, with its output so far.
  join(object) {
    const known = this.all.find(({command}) => command === object.id);
    const title = (object.data.arguments ?? []).join(' ');
    this.selected = known ?? this.#add({key: object.id, command: object.id, title, state: 'running', isOwn: false});
    if (!known) {
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
    this.selected = this.selected === job ? this.all.at(-1) ?? null : this.selected;
  }

  // Whether the message was about one of them.
  take(message) {
    const job = this.all.find(({key, command}) => (message.command !== undefined && command === message.command)
                                                 || (message.id !== undefined && key === message.id));
    if (!job) {
      return false;
    }
    switch (message.type) {
      case 'started':
        job.command = message.command;
        job.state = 'running';
        return true;
      case 'refused':
        this.#end(job, 'refused', [message.message, message.remedy].filter(Boolean).join(': '));
        return true;
      case 'output':
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
    const made = {...job, code: null, screen: new Screen()};
    this.all.push(made);
    const over = this.all.filter(({state}) => state !== 'running' && state !== 'asked');
    for (const old of over.slice(0, Math.max(0, over.length - MOST))) {
      this.close(old);
    }
    this.selected = made;
    return made;
  }

  #end(job, state, text) {
    job.state = state;
    job.screen.note(text, state === 'ended' && job.code === 0 ? 'note good' : 'note bad');
  }

  // Only what is finished: commands also say it themselves, in words.
  #progress(job, event) {
    if (event?.type === 'stepFinished') {
      job.screen.note(`${event.state === 'done' ? '✓' : '✗'} ${event.title}`, event.state === 'failed' ? 'bad' : 'dim');
    } else if (event?.type === 'notice') {
      job.screen.note(event.text, event.level === 'error' ? 'bad' : 'note');
    }
  }
}
