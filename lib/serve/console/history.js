// SPDX-License-Identifier: Apache-2.0
// All changes as they came, the newest first, to a bound. Pure.

import {describe, nameOf, stateOf} from './facts.js';

const MOST = 5000;

export class History {
  #entries = []; // oldest first
  #next = 1;

  // What World.take() gave; returns the new entries.
  add(changes, at) {
    const added = changes.map((change) => {
      const object = change.after ?? change.before;
      return {
        n: this.#next++,
        at,
        version: change.version,
        kind: object.kind,
        id: object.id,
        cluster: object.cluster ?? '',
        name: nameOf(object),
        state: change.after ? stateOf(object) : null,
        ...describe(change),
      };
    });
    this.#entries.push(...added);
    if (this.#entries.length > MOST + MOST / 10) {
      this.#entries = this.#entries.slice(-MOST);
    }
    return added;
  }

  // Something to be told that is no change of an object.
  note(text, at) {
    this.#entries.push({
      n: this.#next++,
      at,
      version: '',
      kind: '',
      id: '',
      cluster: '',
      name: '',
      state: null,
      what: 'note',
      text,
    });
  }

  // The newest first, `most` of them, of those up to entry `last`.
  latest(most, filter = null, last = Infinity) {
    const found = [];
    for (let i = this.#entries.length - 1; i >= 0 && found.length < most; --i) {
      const entry = this.#entries[i];
      if (entry.n <= last && (!filter || filter(entry))) {
        found.push(entry);
      }
    }
    return found;
  }

  get last() {
    return this.#next - 1;
  }

  get size() {
    return this.#entries.length;
  }

  clear() {
    this.#entries = [];
  }
}
