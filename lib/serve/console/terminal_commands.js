// SPDX-License-Identifier: Apache-2.0
// Which sequence asks a screen for what (ECMA-48, and xterm's "ctlseqs"). Pure.

import {restyled} from './terminal_style.js';

const MOST = 9999; // of any number

// {print, control, escape, sequence}, as a Parser wants them. answer(text): to be typed into the program.
export function actionsOf(screen, answer) {
  return {
    print: (text) => screen.print(text),
    control: (code) => control(screen, code),
    escape: (marks, final) => escape(screen, marks, final),
    sequence: (prefix, text, marks, final) => sequence(screen, answer, {prefix, text, marks, final}),
  };
}

function control(screen, code) {
  if (code === 0x08) {
    screen.moveTo(screen.x - 1, screen.y);
  } else if (code === 0x09) {
    screen.tab(1);
  } else if (code >= 0x0a && code <= 0x0c) {
    screen.lineFeed();
  } else if (code === 0x0d) {
    screen.moveTo(0, screen.y);
  } else if (code === 0x0e || code === 0x0f) {
    screen.charset = code === 0x0e ? 1 : 0;
  }
}

const ESCAPES = {
  7: (screen) => screen.save(),
  8: (screen) => screen.restore(),
  D: (screen) => screen.index(),
  E: (screen) => {
    screen.index();
    screen.moveTo(0, screen.y);
  },
  H: (screen) => {
    screen.tabs[screen.x] = true;
  },
  M: (screen) => screen.reverseIndex(),
  c: (screen) => {
    screen.useMain();
    screen.reset();
    screen.eraseRows(0, screen.rows);
  },
};

function escape(screen, marks, final) {
  if (marks === '') {
    ESCAPES[final]?.(screen);
  } else if (marks === '(' || marks === ')') {
    screen.charsets[marks === '(' ? 0 : 1] = final;
  }
}

// Their first number is 1 unless it is given and not 0.
const BY_COUNT = {
  '@': (screen, count) => screen.insertCells(count),
  A: (screen, count) => screen.moveBy(-count),
  B: (screen, count) => screen.moveBy(count),
  C: (screen, count) => screen.moveTo(screen.x + count, screen.y),
  D: (screen, count) => screen.moveTo(screen.x - count, screen.y),
  E: (screen, count) => {
    screen.moveBy(count);
    screen.moveTo(0, screen.y);
  },
  F: (screen, count) => {
    screen.moveBy(-count);
    screen.moveTo(0, screen.y);
  },
  G: (screen, column) => screen.moveTo(column - 1, screen.y),
  H: (screen, row, column) => screen.place(column, row),
  I: (screen, count) => screen.tab(count),
  L: (screen, count) => screen.insertRows(count),
  M: (screen, count) => screen.deleteRows(count),
  P: (screen, count) => screen.deleteCells(count),
  S: (screen, count) => screen.scrollUp(count),
  T: (screen, count) => screen.scrollDown(count),
  X: (screen, count) => screen.eraseCells(screen.x, screen.x + count),
  Z: (screen, count) => screen.tab(-count),
  // A row of it at most: this is the one sequence that makes much of little.
  b: (screen, count) => screen.print(screen.last.repeat(Math.min(count, screen.columns))),
  d: (screen, row) => screen.place(screen.x + 1, row),
};
Object.assign(BY_COUNT, {'`': BY_COUNT.G, a: BY_COUNT.C, e: BY_COUNT.B, f: BY_COUNT.H});

// Their first number is 0 unless it is given.
const BY_NUMBER = {
  J: (screen, how) => eraseDisplay(screen, how),
  K: (screen, how) => eraseLine(screen, how),
  g: (screen, how) => clearTabs(screen, how),
  s: (screen) => screen.save(),
  u: (screen) => screen.restore(),
};

function sequence(screen, answer, {prefix, text, marks, final}) {
  const numbers = text.split(/[;:]/).map((word) => Math.min(MOST, Number(word)));
  const counts = numbers.map((number) => number || 1);
  if (marks !== '') {
    if (marks === '!' && final === 'p') {
      softReset(screen);
    }
  } else if (final === 'h' || final === 'l') {
    numbers.forEach((number) => setMode(screen, prefix, number, final === 'h'));
  } else if (final === 'n' || final === 'c') {
    report(screen, answer, prefix, final, numbers[0]);
  } else if (prefix === '?' && (final === 'J' || final === 'K')) {
    BY_NUMBER[final](screen, numbers[0]); // but for what is protected, and nothing is
  } else if (prefix !== '') {
    // what is asked for in this way is not known here
  } else if (final === 'm') {
    screen.style = restyled(screen.style, text);
  } else if (final === 'r') {
    screen.setRegion(counts[0] - 1, Math.min(numbers[1] || screen.rows, screen.rows) - 1);
  } else if (final in BY_COUNT) {
    BY_COUNT[final](screen, counts[0], counts[1] ?? 1);
  } else if (final in BY_NUMBER) {
    BY_NUMBER[final](screen, numbers[0]);
  }
}

function eraseDisplay(screen, how) {
  if (how === 0) {
    screen.eraseCells(screen.x, screen.columns);
    screen.eraseRows(screen.y + 1, screen.rows);
  } else if (how === 1) {
    screen.eraseRows(0, screen.y);
    screen.eraseCells(0, screen.x + 1);
  } else if (how === 2) {
    screen.eraseRows(0, screen.rows);
  } else if (how === 3) {
    screen.main.kept = [];
  }
}

function eraseLine(screen, how) {
  if (how <= 2) {
    screen.eraseCells(how === 0 ? screen.x : 0, how === 1 ? screen.x + 1 : screen.columns);
  }
}

function clearTabs(screen, how) {
  if (how === 0) {
    screen.tabs[screen.x] = false;
  } else if (how === 3) {
    screen.tabs.fill(false);
  }
}

function softReset(screen) {
  const {x, y, tabs} = screen;
  screen.reset();
  Object.assign(screen, {x, y, tabs});
}

const MODES = {
  4: 'inserts',
  20: 'startsLines',
  '?1': 'applicationCursor',
  '?6': 'isRelative',
  '?7': 'wraps',
  '?25': 'showsCursor',
  '?2004': 'bracketsPaste',
};

function setMode(screen, prefix, number, isOn) {
  const mode = MODES[prefix + number];
  if (mode !== undefined) {
    screen.modes[mode] = isOn;
    screen.isFull = screen.isFull && screen.modes.wraps;
  }
  if (mode === 'isRelative') {
    screen.place(1, 1);
  } else if (prefix === '?' && (number === 47 || number === 1047)) {
    switchScreen(screen, isOn, false);
  } else if (prefix === '?' && number === 1049) {
    switchScreen(screen, isOn, true);
  } else if (prefix === '?' && number === 1048) {
    isOn ? screen.save() : screen.restore();
  }
}

function switchScreen(screen, isOn, keepsCursor) {
  if (isOn === (screen.alternate !== null)) {
    return;
  }
  if (isOn) {
    if (keepsCursor) {
      screen.save();
    }
    screen.useAlternate();
  } else {
    screen.useMain();
    if (keepsCursor) {
      screen.restore();
    }
  }
}

// What programs ask for: how it is, where the cursor is, and what this is (a VT100 with advanced video).
function report(screen, answer, prefix, final, number) {
  if (final === 'c' && number === 0) {
    answer(prefix === '>' ? '\x1b[>0;0;0c' : '\x1b[?1;2c');
  } else if (final === 'n' && number === 5 && prefix === '') {
    answer('\x1b[0n');
  } else if (final === 'n' && number === 6) {
    const row = screen.y + 1 - (screen.modes.isRelative ? screen.top : 0);
    answer(`\x1b[${prefix}${row};${screen.x + 1}R`);
  }
}
