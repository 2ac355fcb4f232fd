// SPDX-License-Identifier: Apache-2.0
// The bytes that a program writes to its terminal, as what it wants done (after "A parser for DEC's ANSI-compatible
// video terminals", vt100.net/emu/dec_ansi_parser). Programs are not to be trusted: nothing grows with what they
// write, and what is unknown is left out. Pure.

const MOST = 256; // characters of a sequence's parameters; what has more is left out

// To be written out, from wherever it begins.
const PRINTED = /[^\x00-\x1f\x7f-\x9f]+/y;

// States. "String" is what titles, palettes and the like are told in, of which nothing is taken here.
const GROUND = 0;
const ESCAPE = 1;
const CONTROL = 2; // control sequence: behind ESC [
const STRING = 3;

const isIntermediate = (c) => c >= 0x20 && c <= 0x2f;

export class Parser {
  #decoder = new TextDecoder('utf-8', {ignoreBOM: true});
  #state = GROUND;
  #marks = ''; // intermediate characters
  #text = ''; // parameters
  #isTooLong = false;
  #endsByBell = false; // the string

  // What is done, by what it is called: print(text), control(code), escape(marks, final) and
  // sequence(prefix, text, marks, final), `text` being the parameters as they were written.
  constructor(actions) {
    this.actions = actions;
  }

  // Bytes as they come: a character or a sequence may go on in the next ones.
  write(bytes) {
    this.writeText(this.#decoder.decode(bytes, {stream: true}));
  }

  writeText(text) {
    let i = 0;
    while (i < text.length) {
      if (this.#state === GROUND) {
        PRINTED.lastIndex = i;
        const run = PRINTED.exec(text);
        if (run) {
          this.actions.print(run[0]);
          i = PRINTED.lastIndex;
          continue;
        }
      }
      this.#take(text.charCodeAt(i), text[i]);
      i += 1;
    }
  }

  #take(code, character) {
    if (code === 0x18 || code === 0x1a) {
      this.#state = GROUND; // whatever was begun is given up
    } else if (code === 0x1b) {
      this.#begin(ESCAPE);
    } else if (code >= 0x80 && code <= 0x9f) {
      this.#begin(ESCAPE); // in one character what else is two: ESC, and 64 less
      this.#escape(code - 0x40, String.fromCharCode(code - 0x40));
    } else if (this.#state === STRING) {
      this.#state = code === 0x07 && this.#endsByBell ? GROUND : STRING;
    } else if (code < 0x20) {
      this.actions.control(code);
    } else if (code === 0x7f) {
      // means nothing anywhere
    } else if (this.#state === ESCAPE) {
      this.#escape(code, character);
    } else {
      this.#control(code, character);
    }
  }

  #begin(state) {
    this.#state = state;
    this.#marks = '';
    this.#text = '';
    this.#isTooLong = false;
  }

  #escape(code, character) {
    if (isIntermediate(code)) {
      this.#marks = (this.#marks + character).slice(-2);
    } else if (code > 0x7e) {
      this.#state = GROUND;
    } else if (this.#marks === '' && character === '[') {
      this.#begin(CONTROL);
    } else if (this.#marks === '' && ']PX^_'.includes(character)) {
      this.#begin(STRING);
      this.#endsByBell = character === ']';
    } else {
      this.#state = GROUND;
      this.actions.escape(this.#marks, character);
    }
  }

  #control(code, character) {
    if (code >= 0x30 && code <= 0x3f && this.#marks === '') {
      this.#isTooLong ||= this.#text.length >= MOST;
      this.#text = this.#isTooLong ? '' : this.#text + character;
    } else if (isIntermediate(code)) {
      this.#marks = (this.#marks + character).slice(-2);
    } else {
      this.#state = GROUND;
      const [, prefix, text] = /^([<=>?]?)(.*)$/.exec(this.#text);
      if (code >= 0x40 && code <= 0x7e && !this.#isTooLong && /^[\d:;]*$/.test(text)) {
        this.actions.sequence(prefix, text, this.#marks, character);
      }
    }
  }
}
