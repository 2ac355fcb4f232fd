// SPDX-License-Identifier: Apache-2.0
// A row of a terminal: cells, as far as there is something in them. The second cell of a wide character is ''. Pure.

import {isSame, PLAIN} from './terminal_style.js';
import {widthOf} from './terminal_characters.js';

const MOST_JOINED = 16; // units of text in one cell: characters may be drawn over it without end

// Whose glyphs are as wide as others' in every font for terminals. Others are held to their cells one by one.
function isOrdinary(text) {
  const code = text.charCodeAt(0);
  return text.length === 1 && (code < 0x250 || (code >= 0x2500 && code <= 0x259f));
}

let next = 1;

export class Row {
  n = next++; // its own
  #texts = [];
  #styles = [];
  #item = null;

  get length() {
    return this.#texts.length;
  }

  // {n, parts: [{text, style, width}]}: the same object as long as it is the same. `width`, in cells, is there for
  // what has to be held to it.
  get item() {
    this.#item ??= {n: this.n, parts: this.#parts()};
    return this.#item;
  }

  // It is not going to change any more, and of its cells nothing but the item is needed.
  sealed() {
    const {item} = this;
    this.#texts = [];
    this.#styles = [];
    return item;
  }

  put(x, character, width, style) {
    this.#fillTo(x);
    this.#part(x);
    this.#part(x + width);
    this.#texts[x] = character;
    this.#styles[x] = style;
    if (width === 2) {
      this.#texts[x + 1] = '';
      this.#styles[x + 1] = style;
    }
    this.#item = null;
  }

  // Over what is in the cell.
  join(x, character) {
    const at = this.#texts[x] === '' ? x - 1 : x;
    if (this.#texts[at] !== undefined && this.#texts[at].length < MOST_JOINED) {
      this.#texts[at] += character;
      this.#item = null;
    }
  }

  // Cells from `from` up to, and without, `to`.
  erase(from, to, style) {
    this.#part(from);
    this.#part(to);
    if (style === PLAIN && to >= this.length) {
      this.#cut(from);
    } else {
      this.#fillTo(from);
      for (let x = from; x < to; ++x) {
        this.#texts[x] = ' ';
        this.#styles[x] = style;
      }
    }
    this.#item = null;
  }

  insert(x, count, columns, style) {
    if (x < this.length || style !== PLAIN) {
      this.#fillTo(x);
      this.#part(x);
      this.#texts.splice(x, 0, ...Array(count).fill(' '));
      this.#styles.splice(x, 0, ...Array(count).fill(style));
      this.cut(columns);
    }
  }

  remove(x, count, columns, style) {
    this.#part(x);
    this.#part(x + count);
    this.#texts.splice(x, count);
    this.#styles.splice(x, count);
    this.#item = null;
    if (style !== PLAIN) {
      this.erase(columns - count, columns, style);
    }
  }

  // What is beyond is gone.
  cut(columns) {
    if (this.length > columns) {
      this.#part(columns);
      this.#cut(columns);
    }
    this.#item = null;
  }

  text() {
    return this.#texts.join('');
  }

  // Of a cell, for tests.
  cell(x) {
    return {text: this.#texts[x] ?? ' ', style: this.#styles[x] ?? PLAIN};
  }

  #cut(length) {
    this.#texts.length = Math.min(this.#texts.length, length);
    this.#styles.length = this.#texts.length;
  }

  #fillTo(x) {
    while (this.#texts.length < x) {
      this.#texts.push(' ');
      this.#styles.push(PLAIN);
    }
  }

  // Of a wide character that would lose one of its cells here nothing is left.
  #part(x) {
    if (this.#texts[x] === '') {
      this.#texts[x - 1] = ' ';
      this.#texts[x] = ' ';
    }
  }

  #parts() {
    const parts = [];
    let last = null;
    for (let x = 0; x < this.length; ++x) {
      const text = this.#texts[x];
      const style = this.#styles[x];
      if (text === '') {
        continue;
      }
      if (!isOrdinary(text)) {
        parts.push({text, style, width: this.#texts[x + 1] === '' ? 2 : Math.max(1, widthOf(text))});
        last = null;
      } else if (last && isSame(last.style, style)) {
        last.text += text;
      } else {
        last = {text, style};
        parts.push(last);
      }
    }
    return parts;
  }
}
