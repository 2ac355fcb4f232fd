// SPDX-License-Identifier: Apache-2.0
// Commands that this page runs, or watches somebody else run: what was said about them, and what they wrote.

import {Terminal} from './terminal.js';
import {Typing} from './typing.js';

const MOST = 20; // that have ended

export class Jobs {
  // {key, command (the object's id; null: not started yet), title, who, state, code, terminal, size (of its terminal;
  // null: it has none), isOwn, isSizing (this page's pane gives its size), problem (of something it was to be told)}
  all = [];
  selected = null;
  #send;
  #typing;
  #next = 1;

  constructor(send) {
    this.#send = send;
    this.#typing = new Typing(send);
  }

  // size: {columns, rows} of its terminal; null: it is to have none.
  run(words, size = null) {
    const key = `page-${Date.now()}-${this.#next++}`;
    const job = this.#add({key, command: null, title: words.join(' '), state: 'asked', size, isOwn: true});
    job.isSizing = size !== null;
    // What runs goes on when the connection is lost, and is joined again.
    const message = {type: 'run', id: key, arguments: words, detached: true, ...(size ? {terminal: size} : {})};
    if (!this.#send(message)) {
      this.#end(job, 'refused', 'There is no connection to the server.');
    }
    return job;
  }

  // Of somebody else's, with its output so far.
  join({id, data}) {
    const known = this.all.find(({command}) => command === id);
    const title = (data.arguments ?? []).join(' ');
    const facts = {key: id, command: id, title, who: data.who ?? '', state: 'running', size: data.terminal ?? null};
    this.selected = known ?? this.#add(facts);
    if (!known) {
      this.#ask(this.selected);
    }
  }

  input(job, text) {
    if (job.command !== null && job.state === 'running') {
      this.#typing.type(job.command, text);
    }
  }

  interrupt(job) {
    if (job.size) {
      this.input(job, '\x03');
    } else {
      this.#tell(job, {type: 'signal', signal: 'INT'});
    }
  }

  // From here on the pane of this page gives the size.
  resize(job, size) {
    job.isSizing = true;
    const last = job.asked.at(-1) ?? job.size;
    if (last.columns !== size.columns || last.rows !== size.rows) {
      job.asked.push(size);
      this.#tell(job, {type: 'resize', terminal: size});
    }
  }

  // A terminal that is closed hangs up, if it is one's own; anything else goes on.
  close(job) {
    if (job.state === 'running' && job.isOwn && job.size) {
      this.#tell(job, {type: 'signal', signal: 'HUP'});
    }
    if (job.state === 'running') {
      this.#tell(job, {type: 'leave'});
    }
    this.all = this.all.filter((other) => other !== job);
    this.selected = this.selected === job ? (this.all.at(-1) ?? null) : this.selected;
  }

  // Whether the message was about one of them.
  take(message) {
    if (message.type === 'taken') {
      this.#typing.taken();
      return true;
    }
    const job = this.all.find(
      ({key, command}) =>
        (message.command !== undefined && command === message.command) ||
        (message.id !== undefined && key === message.id),
    );
    const take = job && TAKES[message.type];
    if (!take) {
      return false;
    }
    take(job, message);
    if (job.ending) {
      this.#end(job, ...job.ending);
      job.ending = null;
    }
    return true;
  }

  // After a lost connection. Of another run of the server nothing is known any more.
  reconnected(isSameRun) {
    this.#typing.reset();
    for (const job of this.all) {
      if (job.state === 'running' && isSameRun) {
        this.#renew(job);
        this.#ask(job);
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

  // For all that it has said: what programs asked the terminal then is answered no more.
  #ask(job) {
    job.isJoining = true;
    job.asked = [];
    this.#send({type: 'join', command: job.command});
  }

  #renew(job) {
    job.terminal = new Terminal(job.size, (text) => job.isSizing && !job.isJoining && this.input(job, text));
  }

  #add(job) {
    const made = {who: '', isOwn: false, isSizing: false, ...job, code: null, steps: null, problem: ''};
    made.asked = made.size && made.isOwn ? [made.size] : []; // sizes that were said, and not heard of yet
    this.#renew(made);
    this.all.push(made);
    const over = this.all.filter(({state}) => state !== 'running' && state !== 'asked');
    for (const old of over.slice(0, Math.max(0, over.length - MOST))) {
      this.close(old);
    }
    this.selected = made;
    return made;
  }

  #end(job, state, text) {
    job.steps = null;
    job.state = state;
    job.problem = '';
    job.terminal.note(text, state === 'ended' && job.code === 0 ? 'note good' : 'note bad');
  }
}

const TAKES = {
  started(job, {command}) {
    job.command = command;
    job.state = 'running';
  },
  // A signal that is refused ends nothing.
  refused(job, {message, remedy}) {
    const text = [message, remedy].filter(Boolean).join(': ');
    if (job.state === 'asked' || job.isJoining) {
      job.ending = ['refused', text];
    } else if (job.size) {
      job.problem = text; // a full screen is no place for it
    } else {
      job.terminal.note(text, 'note bad');
    }
  },
  gap(job) {
    job.terminal.note('What it wrote before is not kept any more.');
  },
  joined(job) {
    job.isJoining = false;
  },
  output(job, {bytes, stream}) {
    job.terminal.write(bytes, stream);
  },
  resized(job, {terminal}) {
    job.size = terminal;
    job.terminal.resize(terminal);
    if (!job.isJoining) {
      // It is as this page has said, or somebody else has taken it over.
      const isOurs = job.asked[0]?.columns === terminal.columns && job.asked[0]?.rows === terminal.rows;
      job.isSizing = job.isSizing && isOurs;
      job.asked = isOurs ? job.asked.slice(1) : [];
    }
  },
  // How far it is; what happens, it also writes itself.
  progress(job, {event}) {
    if (event.type === 'operationStarted') {
      job.steps = {all: event.steps?.length ?? 0, done: 0, title: ''};
    } else if (event.type === 'stepStarted' && job.steps) {
      job.steps.title = event.title;
    } else if (event.type === 'stepFinished' && job.steps) {
      job.steps.done += 1;
    }
  },
  ended(job, {code}) {
    job.code = code;
    job.ending = ['ended', code === 0 ? 'done' : `ended with exit code ${code}`];
  },
};
