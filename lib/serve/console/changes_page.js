// SPDX-License-Identifier: Apache-2.0
// Every change as it comes: filtered, paused, cleared.

import {element, patch, setAttribute, setText} from './dom.js';
import {Entries} from './entries.js';

const MOST = 400;

export class ChangesPage {
  title = 'Changes';
  #pausedAt = null; // the last entry that is shown
  #kind = '';

  constructor() {
    this.pause = element('button', {type: 'button', 'aria-pressed': 'false', onclick: () => this.#toggle()}, 'Pause');
    this.clear = element('button', {type: 'button', class: 'quiet', onclick: () => this.#clear()}, 'Clear');
    this.kinds = element('select', {'aria-label': 'Kind', onchange: () => this.#choose()});
    this.count = element('span', {class: 'dim', role: 'status'});
    this.entries = new Entries({
      title: 'All changes',
      label: 'Changes, the newest first',
      controls: element('div', {class: 'controls'}, this.pause, this.kinds, this.clear, this.count),
    });
    this.element = element(
      'div',
      {class: 'page'},
      element('div', {class: 'heading'}, element('h1', {}, 'Changes')),
      this.entries.element,
    );
  }

  show(all) {
    this.all = all;
    const {world, history, filter} = all;
    const options = [
      {kind: ''},
      ...world
        .kinds()
        .sort()
        .map((kind) => ({kind})),
    ];
    patch(
      this.kinds,
      options,
      ({kind}) => kind,
      ({kind}) => element('option', {value: kind}, kind || 'all kinds'),
      () => {},
    );
    const isWanted = (entry) => (this.#kind === '' || entry.kind === this.#kind) && (!filter || filter(entry));
    this.entries.show(history.latest(MOST, isWanted, this.#pausedAt ?? Infinity));
    const missed = this.#pausedAt === null ? 0 : history.last - this.#pausedAt;
    setText(this.pause, this.#pausedAt === null ? 'Pause' : 'Go on');
    setAttribute(this.pause, 'aria-pressed', String(this.#pausedAt !== null));
    setText(this.count, this.#pausedAt === null ? `${history.size} kept` : `paused, ${missed} more since`);
  }

  #toggle() {
    this.#pausedAt = this.#pausedAt === null ? this.all.history.last : null;
    this.all.draw();
  }

  #choose() {
    this.#kind = this.kinds.value;
    this.all.draw();
  }

  #clear() {
    this.all.history.clear();
    this.all.draw();
  }
}
