// SPDX-License-Identifier: Apache-2.0
// A table of objects, patched row by row. Only the first rows are drawn, until somebody asks for more.

import {arrowKeys, element, patch, setAttribute, setState, setText, stateMark} from './dom.js';
import {ageOf, stateOf} from './facts.js';
import {hrefOf} from './routes.js';

const MOST = 250;
const MOST_FLASHES = 40; // in one frame; beyond, it would only flicker

export class Table {
  #most = MOST;
  #objects = [];
  #flashes = 0;

  // columns: [{title, text(object) | state(object) | time(object), share, wide, mono}]: `wide` ones are left out on
  // narrow screens. The first one is the link to the object.
  constructor({title, columns, empty = '', href = hrefOf}) {
    this.columns = columns;
    this.empty = empty;
    this.href = href;
    this.body = element('tbody');
    this.hint = element('p', {class: 'hint', hidden: true});
    this.more = element('button', {type: 'button', class: 'quiet', hidden: true, onclick: () => this.#showMore()});
    this.count = element('span', {class: 'count'});
    const total = columns.reduce((sum, column) => sum + (column.share ?? 2), 0);
    const heads = columns.map((column) => {
      const head = element('th', {scope: 'col', class: column.wide ? 'wide' : null}, column.title);
      head.style.width = `${(100 * (column.share ?? 2)) / total}%`;
      return head;
    });
    this.table = element('table', {'aria-label': title}, element('thead', {}, element('tr', {}, ...heads)), this.body);
    this.element = element(
      'section',
      {class: 'card'},
      element('h2', {}, title, this.count),
      this.table,
      this.hint,
      this.more,
    );
    this.holdTab = arrowKeys(this.body);
  }

  // With a filter, the hint says that there would be more without.
  show(objects, filter = null) {
    this.#objects = filter ? objects.filter(filter) : objects;
    const isEmpty = this.#objects.length === 0;
    setText(this.count, filter ? `${this.#objects.length} of ${objects.length}` : `${objects.length}`);
    setText(this.hint, objects.length > 0 ? 'Nothing here matches.' : this.empty);
    setAttribute(this.hint, 'hidden', !isEmpty);
    setAttribute(this.table, 'hidden', isEmpty);
    this.#draw();
  }

  #draw() {
    const rest = this.#objects.length - this.#most;
    this.#flashes = 0;
    patch(
      this.body,
      rest > 0 ? this.#objects.slice(0, this.#most) : this.#objects,
      (object) => `${object.kind}/${object.id}`,
      () => this.#row(),
      (row, object, before) => this.#fill(row, object, before),
    );
    setAttribute(this.more, 'hidden', rest <= 0);
    setText(this.more, `Show more (${rest} are not shown)`);
    this.holdTab();
  }

  #showMore() {
    this.#most += 4 * MOST;
    this.#draw();
  }

  #row() {
    return element(
      'tr',
      {},
      ...this.columns.map((column, i) => {
        const inner =
          i === 0
            ? element('a', {tabindex: '-1'})
            : column.state
              ? stateMark()
              : column.time
                ? element('time')
                : element('span');
        return element(
          i === 0 ? 'th' : 'td',
          {
            class: [column.wide && 'wide', column.mono && 'mono'].filter(Boolean).join(' ') || null,
            scope: i === 0 ? 'row' : null,
          },
          inner,
        );
      }),
    );
  }

  #fill(row, object, before) {
    this.columns.forEach((column, i) => {
      const inner = row.children[i].firstChild;
      if (column.state) {
        setState(inner, column.state(object));
      } else if (column.time) {
        setTime(inner, column.time(object));
      } else {
        const text = column.text(object);
        setText(inner, text);
        setAttribute(inner, 'title', text.length > 20 ? text : null);
      }
      if (i === 0) {
        setAttribute(inner, 'href', this.href(object));
      }
    });
    if (before && this.#flashes < MOST_FLASHES) {
      this.#flashes += 1;
      flash(row);
    }
  }
}

// Shows that something is another than a moment ago.
export function flash(node) {
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
    node.animate([{backgroundColor: 'var(--flash)'}, {backgroundColor: 'transparent'}], 1200);
  }
}

export function setTime(node, time) {
  setAttribute(node, 'datetime', time ?? null);
  setAttribute(node, 'title', time ? new Date(time).toLocaleString() : null);
  setText(node, time ? ageOf(time, Date.now()) : '');
}

// Ages grow: all that is on the page.
export function growOlder() {
  for (const node of document.querySelectorAll('time[datetime]')) {
    setText(node, ageOf(node.getAttribute('datetime'), Date.now()));
  }
}

export const stateColumn = {title: 'State', state: stateOf};
