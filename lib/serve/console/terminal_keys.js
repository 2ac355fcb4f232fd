// SPDX-License-Identifier: Apache-2.0
// What a terminal sends for a key, or for what is pasted (xterm's "ctlseqs", and terminfo's xterm-256color). Pure.

// Of keys by their own letter, and of keys by their number: "ESC [ 5 ~".
const LETTERS = {ArrowUp: 'A', ArrowDown: 'B', ArrowRight: 'C', ArrowLeft: 'D', Home: 'H', End: 'F'};
const FUNCTIONS = {F1: 'P', F2: 'Q', F3: 'R', F4: 'S'};
const NUMBERS = {
  Insert: 2,
  Delete: 3,
  PageUp: 5,
  PageDown: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
};
const CONTROLS = {
  ' ': 0,
  '@': 0,
  2: 0,
  '[': 27,
  3: 27,
  '\\': 28,
  4: 28,
  5: 29,
  '^': 30,
  6: 30,
  _: 31,
  '/': 31,
  7: 31,
  '?': 127,
  8: 127,
};

// The key that leaves a terminal, as with telnet: Ctrl-], wherever the keyboard has it.
export function isLeaving({key, code, ctrlKey, altKey, metaKey}) {
  return ctrlKey && !altKey && !metaKey && (key === ']' || code === 'BracketRight');
}

// event: of a keyboard; modes: a Screen's. null: the key means nothing to a terminal, or is the browser's, or becomes
// a text in its own way.
export function bytesOf(event, modes, isMac = false) {
  const {key, ctrlKey, altKey, shiftKey, metaKey} = event;
  // Where characters are reached by them, Alt and Ctrl (AltGr) are no keys of their own; so on a Mac is Option.
  const isTyped = key.length === 1 && (event.isAltGraph || (isMac && altKey && !ctrlKey));
  if (metaKey || isTyped || event.isComposing || (ctrlKey && shiftKey && key.length === 1)) {
    return null;
  }
  const named = namedKey(key, {ctrlKey, altKey, shiftKey}, modes);
  if (named !== null || key.length > 1) {
    return named;
  }
  const text = ctrlKey ? controlOf(event) : altKey ? key : null;
  return text === null ? null : `${altKey ? '\x1b' : ''}${text}`;
}

function namedKey(key, {ctrlKey, altKey, shiftKey}, modes) {
  const held = 1 + (shiftKey ? 1 : 0) + (altKey ? 2 : 0) + (ctrlKey ? 4 : 0);
  const escape = altKey ? '\x1b' : '';
  if (key in LETTERS) {
    return held > 1 ? `\x1b[1;${held}${LETTERS[key]}` : `\x1b${modes.applicationCursor ? 'O' : '['}${LETTERS[key]}`;
  }
  if (key in FUNCTIONS) {
    return held > 1 ? `\x1b[1;${held}${FUNCTIONS[key]}` : `\x1bO${FUNCTIONS[key]}`;
  }
  if (key === 'Insert' && held > 1) {
    return null; // copies and pastes
  }
  if (key in NUMBERS) {
    return `\x1b[${NUMBERS[key]}${held > 1 ? `;${held}` : ''}~`;
  }
  switch (key) {
    case 'Enter':
      return `${escape}\r`;
    case 'Backspace':
      return escape + (ctrlKey ? '\b' : '\x7f');
    case 'Tab':
      return ctrlKey || altKey ? null : shiftKey ? '\x1b[Z' : '\t';
    case 'Escape':
      return `${escape}\x1b`;
    default:
      return null;
  }
}

// A letter of another alphabet is the one that has its place.
function controlOf({key, code = ''}) {
  const letter = /^[a-z]$/i.test(key) ? key : (/^Key([A-Z])$/.exec(code)?.[1] ?? '');
  if (letter !== '') {
    return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
  }
  return key in CONTROLS ? String.fromCharCode(CONTROLS[key]) : null;
}

// What is pasted is text and nothing more: no keys but Enter and Tab, and not the end of the paste.
export function pasted(text, {bracketsPaste}) {
  const plain = text.replace(/\r\n|\n/g, '\r').replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '');
  return bracketsPaste ? `\x1b[200~${plain}\x1b[201~` : plain;
}
