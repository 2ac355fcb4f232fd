// SPDX-License-Identifier: Apache-2.0
// The line that commands are typed into: suggestions below the fingers, and what was typed before.

import {complete, withWord} from './completion.js';
import {element, patch, setAttribute, setText} from './dom.js';

const MOST = 9; // suggestions
const MOST_LINES = 100; // of what was typed before

export class Prompt {
  commands = [];
  #run;
  #names;
  #found = [];
  #chosen = -1;
  #lines = [];
  #at = 0;

  // run(line, isTerminal): it was asked to run in a terminal, whatever it is.
  constructor({run, names}) {
    this.#run = run;
    this.#names = names;
    this.list = element('ul', {id: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions', hidden: true});
    this.input = element('input', {
      id: 'command',
      role: 'combobox',
      'aria-label': 'Command',
      'aria-controls': 'suggestions',
      'aria-expanded': 'false',
      'aria-autocomplete': 'list',
      'aria-keyshortcuts': ':',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      placeholder: 'cluster create demo   :',
      oninput: () => this.#suggest(),
      onkeydown: (event) => this.#press(event),
      onfocus: () => this.#suggest(),
      onblur: () => this.#hide(),
    });
    this.element = element(
      'form',
      {class: 'prompt', onsubmit: (event) => this.#submit(event)},
      this.list,
      element('label', {for: 'command'}, 'ingot'),
      this.input,
    );
  }

  #suggest() {
    // The key that leads here, pressed by somebody who is here already.
    this.input.value = this.input.value.replace(/^:/, '');
    const found = complete(this.input.value, this.commands, this.#names).slice(0, MOST);
    this.#found = this.input.value === '' ? [] : found;
    this.#chosen = -1;
    this.#draw();
  }

  #hide() {
    this.#found = [];
    this.#chosen = -1;
    this.#draw();
  }

  #draw() {
    const items = this.#found.map((found, i) => ({...found, i, isChosen: i === this.#chosen}));
    patch(
      this.list,
      items,
      ({i}) => i,
      () => this.#item(),
      (item, {word, about, i, isChosen}) => {
        setText(item.firstChild, word);
        setText(item.lastChild, about);
        setAttribute(item, 'id', `suggestion-${i}`);
        setAttribute(item, 'aria-selected', String(isChosen));
      },
    );
    setAttribute(this.list, 'hidden', items.length === 0);
    setAttribute(this.input, 'aria-expanded', String(items.length > 0));
    setAttribute(this.input, 'aria-activedescendant', this.#chosen < 0 ? null : `suggestion-${this.#chosen}`);
  }

  #item() {
    const item = element('li', {role: 'option'}, element('span', {class: 'word'}), element('span', {class: 'about'}));
    // Before the input loses the focus, and with it the list.
    item.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.#take(item.item);
    });
    return item;
  }

  #take({word}) {
    this.input.value = withWord(this.input.value, word);
    this.#suggest();
  }

  #press(event) {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (event.key === 'Enter' && event.ctrlKey) {
      event.preventDefault();
      this.#start(true);
      return;
    }
    if (event.key === 'Tab' && !event.shiftKey && this.#found.length > 0) {
      event.preventDefault();
      this.#take(this.#found[Math.max(0, this.#chosen)]);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (this.#found.length > 0) {
        this.#hide();
      } else {
        this.input.blur();
      }
    } else if (step && this.#found.length > 0) {
      event.preventDefault();
      this.#chosen = (this.#chosen + step + this.#found.length) % this.#found.length;
      this.#draw();
    } else if (step) {
      event.preventDefault();
      this.#at = Math.max(0, Math.min(this.#lines.length, this.#at + step));
      this.input.value = this.#lines[this.#at] ?? '';
    }
  }

  #submit(event) {
    event.preventDefault();
    if (this.#chosen >= 0) {
      this.#take(this.#found[this.#chosen]);
      return;
    }
    this.#start(false);
  }

  #start(isTerminal) {
    const line = this.input.value.trim();
    if (line !== '') {
      this.#lines = [...this.#lines.filter((old) => old !== line), line].slice(-MOST_LINES);
      this.#at = this.#lines.length;
      this.input.value = '';
      this.#hide();
      this.#run(line, isTerminal);
    }
  }
}
