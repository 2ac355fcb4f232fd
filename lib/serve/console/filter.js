// SPDX-License-Identifier: Apache-2.0
// What is typed into the search box: words that must all be somewhere in an object, "-word" that must not, and
// "member:word" for one member ("kind:pod", "state:running"). Pure.

const texts = new WeakMap(); // object -> what words are looked for in

// A function that tells whether an object (or an entry of the log) is wanted; null: everything is.
export function filterOf(typed) {
  const terms = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '' && term !== '-')
    .map(parse);
  return terms.length === 0 ? null : (object) => terms.every((term) => isMet(term, object));
}

function parse(term) {
  const isNot = term.startsWith('-');
  const text = isNot ? term.slice(1) : term;
  const colon = text.indexOf(':');
  // "10.0.0.1:80" and "app:1" are looked for as they are, when no object has such a member.
  return colon > 0 ? {isNot, text, member: text.slice(0, colon), value: text.slice(colon + 1)} : {isNot, text};
}

function isMet({isNot, text, member, value}, object) {
  const own = member === undefined ? undefined : memberOf(object, member);
  const isFound = own === undefined ? textOf(object).includes(text) : flat(own).toLowerCase().includes(value);
  return isFound !== isNot;
}

function memberOf(object, member) {
  for (const part of [object, object.data ?? {}, object.labels ?? {}]) {
    const name = Object.keys(part).find((key) => key.toLowerCase() === member);
    if (name !== undefined) {
      return part[name];
    }
  }
  return undefined;
}

function textOf(object) {
  let text = texts.get(object);
  if (text === undefined) {
    text = flat(object).toLowerCase();
    texts.set(object, text);
  }
  return text;
}

function flat(value) {
  return value !== null && typeof value === 'object' ? Object.values(value).map(flat).join('\n') : String(value);
}
