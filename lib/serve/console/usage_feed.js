// SPDX-License-Identifier: Apache-2.0
// Usage is measured for whoever asks: this asks as long as a page shows it and is to be seen, by a connection of its
// own, since each has one filter.

import {Link} from './link.js';
import {keptToken} from './token.js';

export class UsageFeed {
  #wanted = null; // {clusters}, or null: nothing
  #link;

  constructor(usage, onChange) {
    const onMessage = (message) => {
      usage.take(message, Date.now());
      onChange();
    };
    const hello = () => ({beside: true, filter: {kinds: ['usage'], ...this.#wanted}});
    this.#link = new Link({hello, onMessage, onState: () => {}});
  }

  want(wanted) {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) {
      return;
    }
    this.#wanted = wanted;
    if (wanted) {
      this.#link.start(keptToken());
    } else {
      this.#link.stop();
    }
  }
}
