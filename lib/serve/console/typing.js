// SPDX-License-Identifier: Apache-2.0
// What is typed into commands, no faster than they take it: a server ends the connection of whoever hurries. Pure.

const MOST = 32; // on their way, of the 64 that servers take
const PIECE = 8192; // characters of a message, which has 64 KiB at most

export class Typing {
  #send;
  #waiting = []; // {command, text}, the oldest first
  #onTheirWay = 0;

  constructor(send) {
    this.#send = send;
  }

  type(command, text) {
    const last = this.#waiting.at(-1);
    if (last?.command === command) {
      last.text += text;
    } else if (text !== '') {
      this.#waiting.push({command, text});
    }
    this.#go();
  }

  // A command has one of them.
  taken() {
    this.#onTheirWay = Math.max(0, this.#onTheirWay - 1);
    this.#go();
  }

  // Another connection: what was on its way is told of no more.
  reset() {
    this.#onTheirWay = 0;
    this.#waiting = [];
  }

  #go() {
    while (this.#waiting.length > 0 && this.#onTheirWay < MOST) {
      const {command, text} = this.#waiting[0];
      const piece = text.slice(0, endOf(text));
      this.#waiting[0].text = text.slice(piece.length);
      if (piece.length === text.length) {
        this.#waiting.shift();
      }
      this.#onTheirWay += 1;
      this.#send({type: 'input', command, bytes: btoa(String.fromCharCode(...new TextEncoder().encode(piece)))});
    }
  }
}

// Not between the two halves of a character.
function endOf(text) {
  const isHalf = text.length > PIECE && /[\ud800-\udbff]/.test(text[PIECE - 1]);
  return isHalf ? PIECE - 1 : PIECE;
}
