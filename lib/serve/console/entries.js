// SPDX-License-Identifier: Apache-2.0
// Entries of the history as a list.

import {arrowKeys, element, patch, setAttribute, setState, setText, stateMark} from './dom.js';
import {hrefOf} from './routes.js';

const WHATS = {new: '+', changed: '~', gone: '−', note: '·'};

export class Entries {
  constructor({
    title,
    label = title,
    empty = 'Nothing has changed since this page was opened.',
    controls = null,
    href,
  }) {
    this.list = element('ol', {class: 'entries', role: 'log', 'aria-label': label, 'aria-live': 'off'});
    this.hint = element('p', {class: 'hint'}, empty);
    const more = href ? element('a', {class: 'more', href}, 'All changes') : null;
    this.element = element('section', {class: 'card'}, element('h2', {}, title, more), controls, this.list, this.hint);
    this.holdTab = arrowKeys(this.list);
  }

  show(entries) {
    setAttribute(this.hint, 'hidden', entries.length > 0);
    setAttribute(this.list, 'hidden', entries.length === 0);
    patch(this.list, entries, (entry) => entry.n, newEntry, fillEntry);
    this.holdTab();
  }
}

function newEntry() {
  return element(
    'li',
    {},
    element('time'),
    element('span', {class: 'what'}),
    element('span', {class: 'kind'}),
    element('span', {class: 'name'}, element('a', {tabindex: '-1'}), element('span', {class: 'place'})),
    stateMark(),
    element('span', {class: 'detail'}),
  );
}

function fillEntry(row, entry) {
  const [time, what, kind, name, state, detail] = row.children;
  const [link, place] = name.children;
  const at = new Date(entry.at);
  setText(time, at.toLocaleTimeString([], {hour12: false}));
  setAttribute(time, 'title', `${at.toLocaleString()}, version ${entry.version}`);
  setAttribute(row, 'data-what', entry.what);
  setText(what, `${WHATS[entry.what]} ${entry.what}`);
  setText(kind, entry.kind);
  setText(link, entry.name);
  setAttribute(link, 'href', entry.kind ? hrefOf(entry) : null);
  setAttribute(link, 'title', entry.id || null);
  setText(place, entry.cluster && entry.cluster !== entry.id ? ` ${entry.cluster}` : '');
  setState(state, entry.what === 'note' ? null : entry.state);
  setText(detail, entry.what === 'new' ? '' : entry.text);
}
