// SPDX-License-Identifier: Apache-2.0
// A terminal on the page: its rows, of which only those are made anew that have changed, its cursor, and the keys for
// it. What programs write becomes text, and colours that are set one by one: never markup, never a style sheet.

import {element, patch, setAttribute} from './dom.js';
import {bytesOf, isLeaving, pasted} from './terminal_keys.js';
import {BOLD, DIM, HIDDEN, INVERSE, ITALIC, paletteColour, STRUCK, UNDERLINE} from './terminal_style.js';

const FLAGS = [
  [BOLD, 'bold'],
  [DIM, 'faint'],
  [ITALIC, 'italic'],
  [UNDERLINE, 'underline'],
  [STRUCK, 'struck'],
  [HIDDEN, 'hidden'],
];
const PROBE = 100; // characters that are measured together
const NEAR = 24; // pixels from its end at which the page follows what comes
const FEW = 400; // rows that are on the page while it follows what comes; more, when somebody goes back
const STEPS = 3; // rows that a turn of the wheel is
const isMac = /^Mac/.test(navigator.platform);

export class TerminalView {
  #terminal = null;
  #takesKeys = false;
  #drawn = ''; // what the rows were made of
  #isInUse = false;

  // onInput(text), onSize() when there is another size, onLeave(): the focus is to go elsewhere.
  constructor({onInput, onSize, onLeave}) {
    this.onInput = onInput;
    this.onLeave = onLeave;
    this.main = element('div', {class: 'rows'});
    this.alternate = element('div', {class: 'rows', hidden: true});
    this.cursor = element('div', {class: 'cursor', hidden: true});
    this.probe = element('span', {class: 'probe', 'aria-hidden': 'true'}, '0'.repeat(PROBE));
    this.keys = element('textarea', {
      class: 'keys',
      rows: '1',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      'aria-describedby': 'terminal-hint',
      onkeydown: (event) => this.#press(event),
      oninput: (event) => event.isComposing || this.#type(),
      oncompositionend: () => this.#type(),
      onpaste: (event) => this.#paste(event),
    });
    this.element = element(
      'div',
      {
        class: 'output',
        onmouseup: () => this.#touch(),
        onwheel: (event) => this.#turn(event),
        onscroll: () => this.#goBack(),
      },
      element('div', {class: 'screen'}, this.main, this.alternate, this.cursor, this.keys),
      this.probe,
    );
    new ResizeObserver(onSize).observe(this.element);
  }

  // Of a terminal that fills the pane; null while it is not to be seen.
  size() {
    const {element: pane, probe} = this;
    const style = getComputedStyle(pane);
    const inner = (size, ...sides) => size - sides.reduce((sum, side) => sum + parseFloat(style[side]), 0);
    const cell = probe.getBoundingClientRect();
    if (pane.clientHeight === 0 || cell.width === 0) {
      return null;
    }
    const width = inner(pane.clientWidth, 'paddingLeft', 'paddingRight');
    const height = inner(pane.clientHeight, 'paddingTop', 'paddingBottom');
    const bounded = (count, least, most) => Math.max(least, Math.min(most, Math.floor(count)));
    return {columns: bounded((width / cell.width) * PROBE, 10, 500), rows: bounded(height / cell.height, 3, 200)};
  }

  // What there is of a terminal; null: nothing. Whether it runs, whether it takes keys, whether its size is somebody
  // else's to say, and what it is called.
  show(terminal, {isRunning = false, takesKeys = false, isFixed = false, label = 'Output'} = {}) {
    const isOther = terminal !== this.#terminal;
    if (isOther) {
      this.#forget();
    }
    this.#terminal = terminal;
    this.#takesKeys = takesKeys;
    const isScreen = terminal !== null && !terminal.isOfLines;
    const pane = this.element;
    setAttribute(pane, 'data-screen', isScreen);
    setAttribute(pane, 'data-fixed', isScreen && isRunning && isFixed);
    pane.style.setProperty('--columns', terminal?.screen.columns ?? 0);
    setAttribute(pane, 'role', isScreen ? 'group' : 'log');
    setAttribute(pane, 'aria-label', label);
    setAttribute(pane, 'tabindex', takesKeys ? null : '0');
    setAttribute(this.keys, 'hidden', !takesKeys);
    setAttribute(this.keys, 'aria-label', `Keys for ${label}`);
    const state = `${terminal?.changes} ${isRunning}`;
    if (isOther || state !== this.#drawn) {
      this.#drawn = state;
      this.#draw(terminal, isScreen && isRunning, isOther);
    }
  }

  // `more`: rows that were not there before.
  #draw(terminal, isInUse, isOther, more = 0) {
    const pane = this.element;
    const isFollowing = isOther || pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR;
    const alternate = terminal?.alternateItems() ?? null;
    setAttribute(this.main, 'hidden', alternate !== null);
    setAttribute(this.alternate, 'hidden', alternate === null);
    this.#isInUse = isInUse;
    const all = alternate ?? terminal?.items(isInUse) ?? [];
    const rows = alternate ? this.alternate : this.main;
    // Under somebody who reads, what is there stays there.
    const first = isFollowing ? -1 : all.findIndex(({n}) => n === rows.firstChild?.item.n);
    const items = first < 0 ? all.slice(-Math.max(FEW, leastOf(terminal))) : all.slice(Math.max(0, first - more));
    patch(rows, items, ({n}) => n, newRow, fillRow);
    this.#showCursor(terminal?.screen, items.length, isInUse);
    if (isFollowing) {
      pane.scrollTop = pane.scrollHeight;
    }
  }

  focus() {
    (this.#takesKeys ? this.keys : this.element).focus({preventScroll: true});
  }

  #showCursor(screen, rows, isThere) {
    setAttribute(this.cursor, 'hidden', !(isThere && screen.modes.showsCursor));
    if (isThere) {
      // The field is where the cursor is, too: there other alphabets are composed.
      const {style} = this.element;
      style.setProperty('--column', screen.x);
      style.setProperty('--row', rows - screen.rows + screen.y);
    }
  }

  #forget() {
    for (const rows of [this.main, this.alternate]) {
      rows.replaceChildren();
      rows.keyed = new Map();
    }
  }

  #press(event) {
    const modes = this.#terminal?.screen.modes;
    if (isLeaving(event)) {
      event.preventDefault();
      this.onLeave();
    } else if (event.shiftKey && (event.key === 'PageUp' || event.key === 'PageDown')) {
      event.preventDefault();
      this.element.scrollBy(0, (event.key === 'PageUp' ? -0.9 : 0.9) * this.element.clientHeight);
    } else if (modes) {
      const {key, code, ctrlKey, altKey, shiftKey, metaKey, isComposing} = event;
      const isAltGraph = event.getModifierState('AltGraph');
      const bytes = bytesOf({key, code, ctrlKey, altKey, shiftKey, metaKey, isComposing, isAltGraph}, modes, isMac);
      if (bytes !== null) {
        event.preventDefault();
        this.#send(bytes);
      }
    }
  }

  #type() {
    const text = this.keys.value;
    this.keys.value = '';
    this.#send(text.replace(/\n/g, '\r'));
  }

  #paste(event) {
    event.preventDefault();
    this.#send(pasted(event.clipboardData.getData('text'), this.#terminal.screen.modes));
  }

  // Who types wants to see what comes of it.
  #send(text) {
    if (text !== '' && this.#takesKeys) {
      this.element.scrollTop = this.element.scrollHeight;
      this.onInput(text);
    }
  }

  // What came before is put on the page when somebody comes near to it.
  #goBack() {
    const {scrollTop, clientHeight, scrollHeight} = this.element;
    if (scrollTop < clientHeight && this.main.childElementCount >= FEW) {
      this.#draw(this.#terminal, this.#isInUse, false, FEW);
      this.element.scrollTop += this.element.scrollHeight - scrollHeight;
    }
  }

  // A full-screen program has nothing to scroll but its own, which it does by keys.
  #turn(event) {
    const {screen} = this.#terminal ?? {};
    if (this.#takesKeys && screen?.alternate && this.element.scrollHeight <= this.element.clientHeight) {
      event.preventDefault();
      const key = event.deltaY < 0 ? 'ArrowUp' : 'ArrowDown';
      this.#send(event.deltaY === 0 ? '' : bytesOf({key}, screen.modes).repeat(STEPS));
    }
  }

  // Whoever has marked something wants to copy it.
  #touch() {
    if (this.#takesKeys && getSelection().isCollapsed) {
      this.focus();
    }
  }
}

// How many rows have to be there.
const leastOf = (terminal) => (terminal?.isOfLines === false ? terminal.screen.rows : 0);
const newRow = () => element('div');

function fillRow(row, {parts}) {
  row.replaceChildren(...parts.map(partOf));
}

function partOf({text, style, width}) {
  const classes = FLAGS.filter(([flag]) => style.flags & flag).map(([, name]) => name);
  if (style.note !== '') {
    classes.push(style.note);
  }
  if (width !== undefined) {
    classes.push('cell');
  }
  const [ink, ground] = coloursOf(style);
  if (classes.length === 0 && ink === null && ground === null) {
    return text;
  }
  const span = element('span', {class: classes.join(' ') || null}, text);
  if (width !== undefined) {
    span.style.setProperty('--cells', width);
  }
  if (ink !== null) {
    span.style.setProperty('color', ink);
  }
  if (ground !== null) {
    span.style.setProperty('background-color', ground);
  }
  return span;
}

function coloursOf({ink, ground, flags}) {
  const [front, back] = [cssOf(ink), cssOf(ground)];
  return flags & INVERSE ? [back ?? 'var(--ground)', front ?? 'var(--text)'] : [front, back];
}

function cssOf(colour) {
  if (typeof colour !== 'number') {
    return colour;
  }
  return colour < 16 ? `var(--colour-${colour})` : paletteColour(colour);
}
