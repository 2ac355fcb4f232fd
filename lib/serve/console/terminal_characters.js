// SPDX-License-Identifier: Apache-2.0
// Characters as terminals see them. How many cells one takes: none for what is drawn over the one before, two for the
// wide ones of East Asia and pictures. It has to be what programs believe, which is what the C library says. Pure.

// Marks, signs of formatting, and parts of Korean syllables; but not signs that stand before a number.
const JOINED = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff\u2028\u2029]/u;
const BEFORE = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
const PICTURE = /\p{Emoji_Presentation}/u;

// Wide ones (East_Asian_Width W and F), with unassigned ones between them.
const WIDE = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

export function widthOf(character) {
  const code = character.codePointAt(0);
  if (code < 0x300) {
    return 1;
  }
  if (JOINED.test(character)) {
    return BEFORE.test(character) ? 1 : 0;
  }
  if (code < 0x1100) {
    return 1;
  }
  // Letters of flags are pictures only in pairs.
  const isPicture = PICTURE.test(character) && !(code >= 0x1f1e6 && code <= 0x1f1ff);
  return isPicture || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

// Of DEC's line drawing, from "_" on.
const DRAWINGS = ' ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

export function drawn(character) {
  return character >= '_' && character <= '~' ? DRAWINGS[character.charCodeAt(0) - 0x5f] : character;
}

// Whether it would make other text read differently than it is.
export function reorders(character) {
  return /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(character);
}
