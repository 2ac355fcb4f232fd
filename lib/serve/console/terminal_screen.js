// SPDX-License-Identifier: Apache-2.0
// A terminal's screen: what is written goes where the cursor is. It does what the programs of today ask of an xterm;
// which sequence asks for what is in terminal_commands.js. Pure.

import {drawn, reorders, widthOf} from './terminal_characters.js';
import {Grid} from './terminal_grid.js';
import {erased, PLAIN} from './terminal_style.js';

const MOST = 4000; // rows that are kept once they have scrolled out

export class Screen {
  // `startsLines`: a line feed begins a line, as where there is no terminal that makes two characters of it.
  constructor(columns, rows, {startsLines = false} = {}) {
    this.startsLinesAlways = startsLines;
    this.main = new Grid(columns, rows, MOST);
    this.alternate = null; // another screen for full-screen programs, while there is one
    this.columns = columns;
    this.rows = rows;
    this.reset();
  }

  get grid() {
    return this.alternate ?? this.main;
  }

  get row() {
    return this.grid.rows[this.y];
  }

  // As it was at first, but for what it shows.
  reset() {
    this.x = 0;
    this.y = 0;
    this.isFull = false; // the row: the next character begins another one
    this.style = PLAIN;
    this.top = 0;
    this.bottom = this.rows - 1;
    this.tabs = Array.from({length: this.columns}, (_, x) => x % 8 === 0);
    this.modes = {
      wraps: true,
      inserts: false,
      isRelative: false, // rows are counted from the top of the region
      startsLines: this.startsLinesAlways,
      showsCursor: true,
      applicationCursor: false,
      bracketsPaste: false,
    };
    this.charsets = ['B', 'B'];
    this.charset = 0;
    this.saved = null;
    this.last = ''; // the last character
  }

  print(text) {
    const isDrawn = this.charsets[this.charset] === '0';
    for (const character of text) {
      this.#printOne(isDrawn ? drawn(character) : character);
    }
  }

  // What is not a program's, on a row of its own.
  note(text, note = 'note') {
    this.useMain();
    this.reset();
    this.y = Math.min(this.main.lastUsed() + 1, this.rows);
    if (this.y === this.rows) {
      this.y -= 1;
      this.lineFeed();
    }
    this.style = {...PLAIN, note};
    this.print(text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' '));
    this.style = PLAIN;
    this.x = 0;
    this.isFull = false;
    this.lineFeed();
  }

  #printOne(character) {
    const width = widthOf(character);
    if (width === 0) {
      this.#join(character);
      return;
    }
    if (width > this.columns) {
      return;
    }
    if (this.isFull || (this.x + width > this.columns && this.modes.wraps)) {
      this.x = 0;
      this.index();
    }
    this.isFull = false;
    this.x = Math.min(this.x, this.columns - width);
    if (this.modes.inserts) {
      this.row.insert(this.x, width, this.columns, PLAIN);
    }
    this.row.put(this.x, character, width, this.style);
    this.last = character;
    this.isFull = this.x + width === this.columns && this.modes.wraps;
    this.x = Math.min(this.x + width, this.columns - 1);
  }

  #join(character) {
    if (!reorders(character)) {
      this.row.join(this.isFull ? this.x : this.x - 1, character);
    }
  }

  // --- the cursor
  moveTo(x, y) {
    this.isFull = false;
    this.x = Math.max(0, Math.min(this.columns - 1, x));
    this.y = Math.max(0, Math.min(this.rows - 1, y));
  }

  // Up or down, and not out of the region when it is in there.
  moveBy(count) {
    const first = this.y >= this.top ? this.top : 0;
    const last = this.y <= this.bottom ? this.bottom : this.rows - 1;
    this.moveTo(this.x, Math.max(first, Math.min(last, this.y + count)));
  }

  // As programs count.
  place(column, row) {
    const first = this.modes.isRelative ? this.top : 0;
    const last = this.modes.isRelative ? this.bottom : this.rows - 1;
    this.moveTo(column - 1, Math.max(first, Math.min(last, first + row - 1)));
  }

  // One row down; at the end of the region it scrolls.
  index() {
    if (this.y === this.bottom) {
      this.scrollUp(1);
    } else if (this.y < this.rows - 1) {
      this.y += 1;
    }
    this.isFull = false;
  }

  reverseIndex() {
    if (this.y === this.top) {
      this.scrollDown(1);
    } else if (this.y > 0) {
      this.y -= 1;
    }
    this.isFull = false;
  }

  lineFeed() {
    this.index();
    this.x = this.modes.startsLines ? 0 : this.x;
  }

  // Over `count` stops of the tabulator; backwards where it is negative.
  tab(count) {
    const step = Math.sign(count);
    let x = this.x;
    for (let i = 0; i !== count && x + step >= 0 && x + step < this.columns; i += step) {
      do {
        x += step;
      } while (x > 0 && x < this.columns - 1 && !this.tabs[x]);
    }
    this.moveTo(x, this.y);
  }

  save() {
    const {x, y, isFull, style, charset, modes} = this;
    this.saved = {x, y, isFull, style, charset, charsets: [...this.charsets], isRelative: modes.isRelative};
  }

  restore() {
    const saved = this.saved ?? {x: 0, y: 0, isFull: false, style: PLAIN, charset: 0, charsets: ['B', 'B']};
    this.moveTo(saved.x, saved.y);
    this.isFull = saved.isFull && this.x === this.columns - 1;
    this.style = saved.style;
    this.charset = saved.charset;
    this.charsets = [...saved.charsets];
    this.modes.isRelative = saved.isRelative ?? false;
  }

  // --- what is on it
  setRegion(top, bottom) {
    if (top < bottom && bottom < this.rows) {
      this.top = top;
      this.bottom = bottom;
      this.place(1, 1);
    }
  }

  scrollUp(count) {
    this.grid.scrollUp(this.top, this.bottom, count, erased(this.style), this.top === 0);
  }

  scrollDown(count) {
    this.grid.scrollDown(this.top, this.bottom, count, erased(this.style));
  }

  // Rows at the cursor; outside of the region nothing happens.
  insertRows(count) {
    if (this.y >= this.top && this.y <= this.bottom) {
      this.grid.scrollDown(this.y, this.bottom, count, erased(this.style));
      this.moveTo(0, this.y);
    }
  }

  deleteRows(count) {
    if (this.y >= this.top && this.y <= this.bottom) {
      this.grid.scrollUp(this.y, this.bottom, count, erased(this.style), false);
      this.moveTo(0, this.y);
    }
  }

  insertCells(count) {
    this.row.insert(this.x, Math.min(count, this.columns - this.x), this.columns, erased(this.style));
    this.isFull = false;
  }

  deleteCells(count) {
    this.row.remove(this.x, Math.min(count, this.columns - this.x), this.columns, erased(this.style));
    this.isFull = false;
  }

  eraseCells(from, to) {
    this.row.erase(from, Math.min(to, this.columns), erased(this.style));
    this.isFull = false;
  }

  eraseRows(from, to) {
    this.grid.erase(from, to, erased(this.style));
    this.isFull = false;
  }

  // --- which screen, and its size
  useAlternate() {
    this.alternate ??= new Grid(this.columns, this.rows, 0);
  }

  useMain() {
    this.alternate = null;
  }

  resize(columns, rows) {
    if (columns === this.columns && rows === this.rows) {
      return;
    }
    this.alternate?.resize(columns, rows, this.rows - 1);
    const moved = this.main.resize(columns, rows, this.alternate ? (this.saved?.y ?? this.rows - 1) : this.y);
    if (this.alternate && this.saved) {
      this.saved.y -= moved;
    }
    this.columns = columns;
    this.rows = rows;
    this.top = 0;
    this.bottom = rows - 1;
    this.tabs = Array.from({length: columns}, (_, x) => this.tabs[x] ?? x % 8 === 0);
    this.moveTo(this.x, this.y - (this.alternate ? 0 : moved));
  }
}
