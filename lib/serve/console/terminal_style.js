// SPDX-License-Identifier: Apache-2.0
// How a character looks: its colours and what else there is to it, as programs choose it (SGR). Pure.

export const BOLD = 1;
export const DIM = 2;
export const ITALIC = 4;
export const UNDERLINE = 8;
export const INVERSE = 16;
export const HIDDEN = 32;
export const STRUCK = 64;

// A colour: null (the terminal's own), a number of the palette, or "#rrggbb". `note`: a class of what is no
// program's, but ours. Styles are never changed, but replaced.
export const PLAIN = Object.freeze({ink: null, ground: null, flags: 0, note: ''});

const SETS = {1: BOLD, 2: DIM, 3: ITALIC, 4: UNDERLINE, 7: INVERSE, 8: HIDDEN, 9: STRUCK, 21: UNDERLINE};
const CLEARS = {22: BOLD | DIM, 23: ITALIC, 24: UNDERLINE, 27: INVERSE, 28: HIDDEN, 29: STRUCK};

export function isSame(a, b) {
  return a === b || (a.ink === b.ink && a.ground === b.ground && a.flags === b.flags && a.note === b.note);
}

// What is left where something was erased: the ground stays.
export function erased(style) {
  return style.ground === null ? PLAIN : {...PLAIN, ground: style.ground};
}

// `text`: parameters as they were written, "1;38;5;200". In one with colons all belongs together.
export function restyled(style, text) {
  const now = {...style};
  const codes = text.split(';');
  for (let i = 0; i < codes.length; ++i) {
    const parts = codes[i].split(':');
    const code = Number(parts[0]);
    if (code === 38 || code === 48) {
      const isOne = parts.length > 1;
      const [colour, used] = isOne ? colourIn(parts.slice(1), true) : colourIn(codes.slice(i + 1), false);
      if (colour !== undefined) {
        now[code === 38 ? 'ink' : 'ground'] = colour;
      }
      i += isOne ? 0 : used;
    } else {
      apply(now, code, parts[1]);
    }
  }
  return isSame(now, PLAIN) ? PLAIN : now;
}

function apply(style, code, part) {
  if (code === 0) {
    Object.assign(style, PLAIN);
  } else if (code === 4 && part === '0') {
    style.flags &= ~UNDERLINE;
  } else if (code in SETS) {
    style.flags |= SETS[code];
  } else if (code in CLEARS) {
    style.flags &= ~CLEARS[code];
  } else if ((code >= 30 && code <= 37) || code === 39) {
    style.ink = code === 39 ? null : code - 30;
  } else if ((code >= 40 && code <= 47) || code === 49) {
    style.ground = code === 49 ? null : code - 40;
  } else if (code >= 90 && code <= 97) {
    style.ink = code - 82;
  } else if (code >= 100 && code <= 107) {
    style.ground = code - 92;
  }
}

// [colour, how many of the words it took] of "5;200" or "2;255;0;0"; with colons there may be the name of a colour
// space before the last three.
function colourIn(words, hasSpace) {
  const numbers = words.map((word) => Math.min(255, Number(word)));
  if (numbers[0] === 5) {
    return [numbers[1] ?? 0, 2];
  }
  if (numbers[0] !== 2) {
    return [undefined, 1];
  }
  const first = hasSpace && numbers.length > 4 ? 2 : 1;
  const [red = 0, green = 0, blue = 0] = numbers.slice(first);
  return [hex(red, green, blue), 4];
}

const hex = (...parts) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

// Of the palette from 16 on: a cube of colours, then greys. The first 16 are the theme's.
export function paletteColour(number) {
  if (number >= 232) {
    const grey = 8 + (number - 232) * 10;
    return hex(grey, grey, grey);
  }
  const level = (step) => (step === 0 ? 0 : 55 + 40 * step);
  const place = number - 16;
  return hex(level(Math.floor(place / 36)), level(Math.floor(place / 6) % 6), level(place % 6));
}
