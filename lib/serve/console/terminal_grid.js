// SPDX-License-Identifier: Apache-2.0
// Rows of a terminal, of which some may scroll, and what has scrolled out at the top. Pure.

import {PLAIN} from './terminal_style.js';
import {Row} from './terminal_row.js';

export class Grid {
  rows = [];
  kept = []; // rows that have scrolled out, the oldest first

  // most: rows that are kept; 0: none, as of a screen that is for full-screen programs.
  constructor(columns, count, most) {
    this.columns = columns;
    this.most = most;
    this.rows = Array.from({length: count}, () => new Row());
  }

  // Within the rows from `top` to `bottom`: `count` of them go at the top, to be kept or not, and as many come below.
  scrollUp(top, bottom, count, style, isKept) {
    const most = Math.min(count, bottom - top + 1);
    for (let i = 0; i < most; ++i) {
      if (isKept) {
        this.#keep(this.rows[top]);
      }
      this.rows.copyWithin(top, top + 1, bottom + 1);
      this.rows[bottom] = this.#blank(style);
    }
  }

  // The other way round; at the top there is nothing to come back.
  scrollDown(top, bottom, count, style) {
    const most = Math.min(count, bottom - top + 1);
    this.rows.copyWithin(top + most, top, bottom - most + 1);
    for (let i = 0; i < most; ++i) {
      this.rows[top + i] = this.#blank(style);
    }
  }

  // Rows from `from` up to, and without, `to`.
  erase(from, to, style) {
    for (let y = from; y < to; ++y) {
      this.rows[y].erase(0, this.columns, style);
    }
  }

  // To another size. What is below `y`, where the cursor is, goes first, as far as it is empty; then what is at the
  // top. How far the rest has moved up.
  resize(columns, count, y) {
    this.columns = columns;
    for (const row of this.rows) {
      row.cut(columns);
    }
    while (this.rows.length > count && this.rows.length - 1 > y && this.rows.at(-1).length === 0) {
      this.rows.pop();
    }
    const over = Math.max(0, this.rows.length - count);
    this.rows.splice(0, over).forEach((row) => this.#keep(row));
    while (this.rows.length < count) {
      this.rows.push(new Row());
    }
    return over;
  }

  // The last row in which there is something; -1: there is none.
  lastUsed() {
    return this.rows.findLastIndex((row) => row.length > 0);
  }

  #blank(style) {
    const row = new Row();
    if (style !== PLAIN) {
      row.erase(0, this.columns, style);
    }
    return row;
  }

  #keep(row) {
    if (this.most > 0) {
      this.kept.push(row);
      // Not one by one, which would move all of them each time.
      if (this.kept.length > this.most + this.most / 8) {
        this.kept = this.kept.slice(-this.most);
      }
    }
  }
}
