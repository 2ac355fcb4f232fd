// SPDX-License-Identifier: Apache-2.0
// What a command writes, drawn as by a terminal: one of a size, or, where a command has none, lines as long as they
// are. Pure.

import {actionsOf} from './terminal_commands.js';
import {Parser} from './terminal_parser.js';
import {Screen} from './terminal_screen.js';

// Of lines, which have no end but their own.
const LONGEST = 16384;
const ROWS = 24;

export class Terminal {
  changes = 0; // so often something was written; what has been drawn since need not be drawn again
  #parsers;

  // size: {columns, rows}, or null. onAnswer(text): what the terminal itself has to say to the program.
  constructor(size = null, onAnswer = () => {}) {
    this.isOfLines = size === null;
    this.screen = size ? new Screen(size.columns, size.rows) : new Screen(LONGEST, ROWS, {startsLines: true});
    const actions = actionsOf(this.screen, onAnswer);
    // Of two streams each has its own unfinished characters and sequences.
    this.#parsers = {stdout: new Parser(actions), stderr: new Parser(actions)};
  }

  // bytes: base64, as messages have them.
  write(bytes, stream = 'stdout') {
    this.changes += 1;
    this.#parsers[stream].write(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
  }

  writeText(text, stream = 'stdout') {
    this.changes += 1;
    this.#parsers[stream].writeText(text);
  }

  note(text, note = 'note') {
    this.changes += 1;
    this.screen.note(text, note);
  }

  resize(size) {
    if (!this.isOfLines) {
      this.changes += 1;
      this.screen.resize(size.columns, size.rows);
    }
  }

  // Rows to be shown of the main screen, with those that have scrolled out; see Row.item. Of a terminal that is in
  // use all rows are there, of others those with something in them.
  items(isInUse = false) {
    const {main, y, alternate} = this.screen;
    const last = isInUse ? this.screen.rows - 1 : Math.max(alternate ? 0 : y, main.lastUsed());
    return [...main.kept.map((row) => row.sealed()), ...main.rows.slice(0, last + 1).map((row) => row.item)];
  }

  // The same of the other screen; null: there is none now.
  alternateItems() {
    return this.screen.alternate?.rows.map((row) => row.item) ?? null;
  }
}
