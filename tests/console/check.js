// SPDX-License-Identifier: Apache-2.0
// What tests of the console's pure parts are written with. test_console.py runs them in the browser.

export function same(actual, expected, about = '') {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) {
    throw new Error(`${about}\n  expected ${b}\n  actual   ${a}`);
  }
}

export function holds(value, about) {
  if (!value) {
    throw new Error(about);
  }
}
