// SPDX-License-Identifier: Apache-2.0
// What nodes or instances use: a line of the last minutes, and how much it is now.

import {drawn, element, patch, setAttribute, setText} from './dom.js';
import {sizeText} from './facts.js';
import {KEPT} from './usage.js';

const HEIGHT = 28;
const GAP = 5; // seconds without a measurement, over which no line is drawn

export class UsageCard {
  constructor({title, isNamed}) {
    this.isNamed = isNamed;
    this.list = element('ul', {class: 'usage'});
    this.element = element(
      'section',
      {class: 'card', hidden: true},
      element('h2', {}, title, element('span', {class: 'count'}, `the last ${KEPT / 60} minutes`)),
      this.list,
    );
  }

  // objects: [{id, href}], those that run; usage: a Usage.
  show(objects, usage) {
    setAttribute(this.element, 'hidden', objects.length === 0);
    patch(
      this.list,
      objects.map(({id, href}) => ({id, href, series: usage.of(id), now: usage.latest})),
      ({id}) => id,
      () => this.#row(),
      fillRow,
    );
  }

  #row() {
    return element(
      'li',
      {},
      element('a', {hidden: !this.isNamed}),
      measure('Processors'),
      measure('Memory'),
      measure('Processes'),
    );
  }
}

function measure(title) {
  return element(
    'div',
    {class: 'measure'},
    element('span', {class: 'dim'}, title),
    element('span', {class: 'value'}),
    drawn(
      'svg',
      {viewBox: `0 0 ${KEPT} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'},
      drawn('path', {class: 'area'}),
      drawn('path', {class: 'line'}),
    ),
  );
}

function fillRow(row, {id, href, series, now}) {
  const [name, cpu, memory, processes] = row.children;
  setText(name, id);
  setAttribute(name, 'href', href);
  const last = series.at(-1);
  const values = (member) => series.map((one) => ({at: one.at, value: one[member]}));
  fill(cpu, values('cpu'), now, last ? last.cpu.toFixed(2) : '–', 0.1);
  const limit = last?.limit ? ` of ${sizeText(last.limit)}` : '';
  fill(memory, values('memory'), now, last ? `${sizeText(last.memory)}${limit}` : '–', 1);
  fill(processes, values('processes'), now, last ? String(last.processes) : '–', 1);
}

// least: what the picture is high at least, so that nothing much is not drawn as if it were.
function fill(box, points, now, text, least) {
  const [, value, svg] = box.children;
  setText(value, text);
  const most = Math.max(least, ...points.map((point) => point.value)) * 1.1;
  const {line, area} = pathsOf(points, now, most);
  setAttribute(svg.children[0], 'd', area);
  setAttribute(svg.children[1], 'd', line);
}

// Pure: {line, area} of points [{at, value}] up to `now`.
export function pathsOf(points, now, most) {
  const line = [];
  const area = [];
  let last = null;
  for (const {at, value} of points) {
    const x = (KEPT - (now - at) / 1000).toFixed(1);
    const y = (HEIGHT - 1 - ((HEIGHT - 2) * value) / most).toFixed(1);
    const isNew = last === null || at - last.at > 1000 * GAP;
    if (isNew && last) {
      area.push(`V${HEIGHT}Z`);
    }
    line.push(`${isNew ? 'M' : 'L'}${x} ${y}`);
    area.push(isNew ? `M${x} ${HEIGHT}V${y}` : `L${x} ${y}`);
    last = {at};
  }
  return {line: line.join(''), area: last ? `${area.join('')}V${HEIGHT}Z` : ''};
}
