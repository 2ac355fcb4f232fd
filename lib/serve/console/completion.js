// SPDX-License-Identifier: Apache-2.0
// Command lines: taken apart into words, and completed. Pure.
//
// A command, as /commands.json has them: {path: "cluster create", summary, flags: [{name: "--workers", value: "N",
// choices, meaning, help}], positionals: [{name, meaning, choices, limit}]}.

// As a shell does it, without anything being replaced: 'a b', "a b", a\ b.
export function wordsOf(line) {
  const words = [];
  let word = null;
  let quote = '';
  for (let i = 0; i < line.length; ++i) {
    const c = line[i];
    if (quote === '' && /\s/.test(c)) {
      if (word !== null) {
        words.push(word);
      }
      word = null;
    } else if (c === quote) {
      quote = '';
    } else if (quote === '' && (c === '"' || c === "'")) {
      quote = c;
      word ??= '';
    } else if (c === '\\' && quote !== "'" && i + 1 < line.length) {
      i += 1;
      word = (word ?? '') + line[i];
    } else {
      word = (word ?? '') + c;
    }
  }
  return word === null ? words : [...words, word];
}

// What is sent: people write the program's name from habit.
export function argumentsOf(line) {
  const words = wordsOf(line);
  return words[0] === 'ingot' ? words.slice(1) : words;
}

// [{word, about}] for the last word of `line`. names(meaning) has those of "cluster" and "instance".
export function complete(line, commands, names) {
  const words = argumentsOf(line);
  const current = line === '' || /\s$/.test(line) ? '' : (words.pop() ?? '');
  if (words.includes('--')) {
    return [];
  }
  const command = chosen(commands, words);
  const found = command ? valuesOf(command, words, current, names) : nextWords(commands, words);
  return found.filter(({word}) => word.startsWith(current) && word !== current);
}

// The line with its last word replaced.
export function withWord(line, word) {
  return `${line.replace(/\S*$/, '')}${word} `;
}

// The one that a line means, as far as it is written.
export function chosen(commands, words) {
  const is = (command) => command.path.split(' ').every((part, i) => words[i] === part);
  return commands.filter(is).sort((a, b) => b.path.length - a.path.length)[0];
}

function nextWords(commands, words) {
  const found = new Map();
  for (const {path, summary} of commands) {
    const parts = path.split(' ');
    if (parts.length > words.length && words.every((word, i) => parts[i] === word)) {
      const word = parts[words.length];
      const isWhole = parts.length === words.length + 1;
      found.set(word, isWhole ? summary : (found.get(word) ?? `${word} …`));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, about]) => ({word, about}));
}

function valuesOf(command, words, current, names) {
  const values = ({meaning, choices = []}) => [...choices, ...names(meaning)].map((word) => ({word, about: ''}));
  const before = command.flags.find(({name, value}) => value && name === words.at(-1));
  if (before) {
    return values(before);
  }
  if (current.startsWith('-')) {
    return command.flags.map(({name, help = ''}) => ({word: name, about: help}));
  }
  const given = words.slice(command.path.split(' ').length).filter((word) => !word.startsWith('-')).length;
  let room = 0;
  for (const positional of command.positionals) {
    room += positional.limit ?? 1;
    if (given < room) {
      return values(positional);
    }
  }
  return [];
}
