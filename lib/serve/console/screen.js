// SPDX-License-Identifier: Apache-2.0
// What a command writes, as lines of coloured text. It knows what programs do to a terminal line by line: colours,
// and lines that are written anew. What moves about on a screen is left out. Pure.

const MOST = 4000; // lines that are kept

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

export class Screen {
  lines = []; // {n, parts: [{text, style}]}, the last one is being written; a line that changes is another object
  #decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()};
  #rest = {stdout: '', stderr: ''}; // an escape sequence that has no end yet
  #style = {};
  #isReturned = false; // what comes next replaces the line
  #next = 1;

  // bytes: base64, as messages have them.
  write(bytes, stream = 'stdout') {
    const decoded = this.#decoders[stream].decode(
      Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)),
      {stream: true},
    );
    this.writeText(decoded, stream);
  }

  writeText(written, stream = 'stdout') {
    let text = this.#rest[stream] + written;
    const open = /\x1b(\[[0-9;?]*)?$/.exec(text);
    this.#rest[stream] = open && open[0].length < 32 ? open[0] : '';
    text = this.#rest[stream] ? text.slice(0, open.index) : text;
    // Sequences, then single characters that mean something, then whatever else there is.
    for (const [part, , numbers, letter] of text.matchAll(
      /\x1b(\[([0-9;?]*)([@-~])|[^[])|\r\n|[\r\n\b\x07]|[^\x1b\r\n\b\x07]+/g,
    )) {
      if (part === '\r\n' || part === '\n') {
        this.#newLine();
      } else if (part === '\r') {
        this.#isReturned = true;
      } else if (letter === 'm') {
        this.#setStyle(numbers);
      } else if (!/^[\x1b\b\x07]/.test(part)) {
        this.#add(part, stream);
      }
    }
  }

  // Of ours, on a line of its own.
  note(text, style = 'note') {
    if (this.lines.at(-1)?.parts.length > 0) {
      this.#newLine();
    }
    this.#put([{text, style}]);
    this.#newLine();
  }

  #add(text, stream) {
    const parts = this.#isReturned ? [] : (this.lines.at(-1)?.parts ?? []);
    this.#isReturned = false;
    const style = [
      this.#style.colour,
      this.#style.bold && 'bold',
      this.#style.dim && 'dim',
      stream === 'stderr' && 'stderr',
    ]
      .filter(Boolean)
      .join(' ');
    this.#put([...parts, {text, style}]);
  }

  #put(parts) {
    const n = this.lines.pop()?.n ?? this.#next++;
    this.lines.push({n, parts});
  }

  #newLine() {
    this.#isReturned = false;
    if (this.lines.length === 0) {
      this.#put([]);
    }
    this.lines.push({n: this.#next++, parts: []});
    if (this.lines.length > MOST) {
      this.lines.shift();
    }
  }

  #setStyle(numbers) {
    for (const code of (numbers || '0').split(';').map(Number)) {
      if (code === 0) {
        this.#style = {};
      } else if (code === 1) {
        this.#style = {...this.#style, bold: true};
      } else if (code === 2) {
        this.#style = {...this.#style, dim: true};
      } else if (code === 22) {
        this.#style = {...this.#style, bold: false, dim: false};
      } else if (code === 39) {
        this.#style = {...this.#style, colour: undefined};
      } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
        this.#style = {...this.#style, colour: COLOURS[code % 10]};
      }
    }
  }
}
