// SPDX-License-Identifier: Apache-2.0
// A connection to /live: made, kept, and made again.

const WAITS = [250, 500, 1000, 2000, 4000]; // milliseconds before another try
const REFUSED = 1008; // the close code for what the server does not understand

export class Link {
  #socket = null;
  #token = '';
  #tries = 0;
  #timer = 0;
  #reason = '';
  #isStopped = true;
  #attempt = 0;

  // `hello()`: what it says, with the position to resume from, so that nothing is missed in between.
  // `onMessage(message)`. `onState({name, detail})`, name being connecting, live,
  // lost (and tried again), token (missing or wrong) or refused.
  constructor({hello, onMessage, onState}) {
    this.hello = hello;
    this.onMessage = onMessage;
    this.onState = onState;
    addEventListener('online', () => this.hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
  }

  start(token) {
    this.#token = token;
    this.#tries = 0;
    this.#isStopped = false;
    this.#drop();
    this.onState({name: 'connecting', detail: ''});
    this.#try();
  }

  stop() {
    this.#isStopped = true;
    this.#drop();
  }

  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  // A try that waits is made now.
  hurry() {
    if (this.#timer !== 0) {
      this.#try();
    }
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const socket = this.#socket;
    this.#socket = null;
    // Browsers complain of one that is closed before it is open.
    if (socket?.readyState === WebSocket.CONNECTING) {
      socket.onopen = () => socket.close();
    } else {
      socket?.close();
    }
  }

  // A WebSocket that fails does not say why: plain HTTP is asked first.
  async #try() {
    this.#drop();
    const attempt = ++this.#attempt;
    const token = this.#token;
    const [status, text] = await this.#knock(token);
    if (attempt !== this.#attempt || this.#isStopped) {
      return;
    }
    if (status === 200) {
      this.#open(token);
    } else if (status === 401) {
      this.onState({name: 'token', detail: token === '' ? '' : 'This token is not the server’s.'});
    } else if (status === 403) {
      this.onState({name: 'refused', detail: text});
    } else {
      this.#lose(status === 0 ? 'no server answers' : `the server answers ${status}`);
    }
  }

  async #knock(token) {
    try {
      const headers = token === '' ? {} : {Authorization: `Bearer ${token}`};
      const answer = await fetch('/healthz', {headers, signal: AbortSignal.timeout(10000)});
      return [answer.status, answer.ok ? '' : await refusalOf(answer)];
    } catch {
      return [0, ''];
    }
  }

  #open(token) {
    const protocols = token === '' ? ['ingot.v1'] : ['ingot.v1', `ingot.token.${token}`];
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/live`, protocols);
    this.#socket = socket;
    this.#reason = '';
    socket.onopen = () => {
      socket.send(JSON.stringify({type: 'hello', ...this.hello()}));
    };
    socket.onmessage = (event) => this.#socket === socket && this.#take(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (this.#socket === socket) {
        this.#socket = null;
        // What is refused once will be refused again: no hurry.
        this.#tries = event.code === REFUSED ? WAITS.length : this.#tries;
        this.#lose(this.#reason || 'the connection is lost');
      }
    };
  }

  #take(message) {
    if (message.type === 'bye' || message.type === 'error') {
      this.#reason ||= message.reason ?? `${message.message} (${message.remedy})`;
      return;
    }
    if (message.type === 'welcome') {
      this.#tries = 0;
    }
    this.onMessage(message);
    if (message.type === 'welcome') {
      this.onState({name: 'live', detail: ''});
    }
  }

  #lose(reason) {
    const wait = WAITS[Math.min(this.#tries, WAITS.length - 1)];
    this.#tries += 1;
    this.onState({name: 'lost', detail: reason});
    // Not all pages of a server that restarts come back at the same moment.
    this.#timer = setTimeout(() => this.#try(), wait * (0.75 + Math.random() / 2));
  }
}

async function refusalOf(answer) {
  try {
    const {message, remedy} = await answer.json();
    return `${message}: ${remedy}`;
  } catch {
    return '';
  }
}
