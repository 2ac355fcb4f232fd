// SPDX-License-Identifier: Apache-2.0
// The picture of a cluster as SVG, patched by key. States have a colour, a shape and a word.

import {arrowKeys, drawn, patch, setAttribute, setText} from './dom.js';
import {nameOf, stateOf} from './facts.js';
import {hrefOf} from './routes.js';
import {fitted, layOut} from './topology.js';

const STATE_WIDTH = 102;

// The mark of a pod, around its middle: full, half, a diamond, a ring.
const RING = 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0zM-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z';
const MARKS = {
  good: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  busy: `${RING}M0 -3a3 3 0 0 1 0 6z`,
  bad: 'M0 -5.5L5.5 0L0 5.5L-5.5 0z',
  idle: RING,
};

export class Drawing {
  #input = null;
  #width = 0;
  #isFiltered = false;

  constructor() {
    this.links = drawn('g', {class: 'links', 'aria-hidden': true});
    this.tiers = drawn('g', {class: 'tiers'});
    this.boxes = drawn('g', {class: 'boxes'});
    this.pods = drawn('g', {class: 'pods'});
    this.element = drawn(
      'svg',
      {class: 'topology', role: 'group', 'aria-label': 'Nodes and what runs on them'},
      this.links,
      this.tiers,
      this.boxes,
      this.pods,
    );
    this.holdTab = arrowKeys(this.element);
    this.observer = new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry.contentRect.width);
      this.#draw();
    });
    this.observer.observe(this.element);
  }

  close() {
    this.observer.disconnect();
  }

  // nodes, kubeNodes and pods: objects.
  show(nodes, kubeNodes, pods, filter) {
    const ready = new Map(kubeNodes.map((object) => [object.data.name ?? object.id, object]));
    this.#input = {
      nodes: nodes.map((item) => ({id: item.id, role: item.data.role, item, ready: ready.get(item.id)})),
      pods: pods.map((item) => ({id: item.id, node: item.data.node ?? '', item})),
      filter,
    };
    this.#draw();
  }

  #draw() {
    const width = this.#width;
    if (!this.#input || width === 0) {
      return;
    }
    const {nodes, pods, filter} = this.#input;
    const drawing = layOut(nodes, pods, width);
    setAttribute(this.element, 'viewBox', `0 0 ${width} ${drawing.height}`);
    setAttribute(this.element, 'height', drawing.height);
    const always = (items, keyOf, parent, create, update) => patch(parent, items, keyOf, create, update);
    always(
      drawing.links,
      (link) => link.key,
      this.links,
      () => drawn('path'),
      (path, link) => setAttribute(path, 'd', link.path),
    );
    always(
      drawing.tiers,
      (tier) => tier.key,
      this.tiers,
      () => drawn('text', {class: 'tier'}),
      (text, tier) => {
        move(text, 2, tier.y);
        setText(text, tier.title);
      },
    );
    always(drawing.boxes, (box) => box.key, this.boxes, newBox, fillBox);
    this.#drawPods(drawing, filter);
    this.holdTab();
  }

  #drawPods(drawing, filter) {
    setAttribute(this.pods, 'data-named', String(drawing.isNamed));
    // Another way to draw them makes others of them.
    const keyOf = ({key}) => (drawing.isNamed ? `${key} named` : key);
    const [create, fill] = drawing.isNamed ? [newNamedPod, fillNamedPod] : [newSquare, fillSquare];
    patch(this.pods, drawing.pods, keyOf, create, (mark, place, before) => {
      if (!before || !isSame(place, before)) {
        fill(mark, place);
      }
    });
    if (filter || this.#isFiltered) {
      for (const mark of this.pods.children) {
        setAttribute(mark, 'data-faint', filter && !filter(mark.item.pod.item) ? 'true' : null);
      }
    }
    this.#isFiltered = filter !== null;
  }
}

// Of thousands of pods most are where they were, and as they were.
function isSame(a, b) {
  return a.pod.item === b.pod.item && a.x === b.x && a.y === b.y && a.width === b.width;
}

function move(node, x, y) {
  setAttribute(node, 'x', Math.round(x));
  setAttribute(node, 'y', Math.round(y));
}

function newBox() {
  return drawn(
    'g',
    {class: 'box'},
    drawn('rect', {rx: 8}),
    drawn('a', {tabindex: '-1'}, drawn('text', {class: 'name'})),
    drawn('text', {class: 'about'}),
    drawn('text', {class: 'word', 'text-anchor': 'end'}),
  );
}

function fillBox(group, {node, pods, x, y, width, height}) {
  const [frame, link, about, word] = group.children;
  const name = link.firstChild;
  move(frame, x, y);
  setAttribute(frame, 'width', Math.round(width));
  setAttribute(frame, 'height', Math.round(height));
  const state = node.item ? boxState(node) : {text: '', tone: 'idle'};
  setAttribute(group, 'data-tone', state.tone);
  setAttribute(group, 'data-bare', node.item ? null : 'true');
  if (!node.item) {
    return;
  }
  setAttribute(link, 'href', hrefOf(node.item));
  setAttribute(link, 'aria-label', `${node.id}: ${state.text}`);
  move(name, x + 12, y + 21);
  setText(name, fitted(node.id, (width - 24 - STATE_WIDTH) * 0.92));
  move(word, x + width - 12, y + 21);
  setText(word, state.text);
  move(about, x + 12, y + 38);
  setText(about, fitted(aboutBox(node, pods), width - 24));
}

// What Kubernetes says of a node counts while its container runs.
function boxState({item, ready}) {
  return ready && item.data.state === 'running' ? stateOf(ready) : stateOf(item);
}

function aboutBox({item}, pods) {
  const counts = new Map();
  for (const pod of pods) {
    const {text, tone} = stateOf(pod.item);
    if (tone !== 'good') {
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const words = [...counts].sort().map(([text, count]) => `${count} ${text.toLowerCase()}`);
  const all = pods.length > 0 ? `${pods.length} pod${pods.length === 1 ? '' : 's'}` : '';
  return [item.data.address, all, ...words].filter(Boolean).join(' · ');
}

function newNamedPod() {
  return drawn(
    'g',
    {class: 'pod'},
    drawn('path', {class: 'dot', 'fill-rule': 'evenodd'}),
    drawn('a', {tabindex: '-1'}, drawn('text', {class: 'name'})),
    drawn('text', {class: 'word', 'text-anchor': 'end'}),
  );
}

function fillNamedPod(group, {pod, x, y, width}) {
  const [dot, link, word] = group.children;
  const state = stateOf(pod.item);
  setAttribute(group, 'data-tone', state.tone);
  setAttribute(dot, 'd', MARKS[state.tone]);
  setAttribute(dot, 'transform', `translate(${Math.round(x + 5)} ${Math.round(y + 8)})`);
  setAttribute(link, 'href', hrefOf(pod.item));
  setAttribute(link, 'aria-label', `pod ${pod.id}: ${state.text}`);
  move(link.firstChild, x + 16, y + 12);
  setText(link.firstChild, fitted(nameOf(pod.item), width - 16 - STATE_WIDTH));
  move(word, x + width, y + 12);
  setText(word, fitted(state.text, STATE_WIDTH));
}

function newSquare() {
  return drawn('a', {class: 'pod', tabindex: '-1'}, drawn('rect', {rx: 3}, drawn('title')));
}

function fillSquare(link, {pod, x, y, width}) {
  const square = link.firstChild;
  const state = stateOf(pod.item);
  setAttribute(link, 'data-tone', state.tone);
  setAttribute(link, 'href', hrefOf(pod.item));
  setAttribute(link, 'aria-label', `pod ${pod.id}: ${state.text}`);
  move(square, x, y);
  setAttribute(square, 'width', width);
  setAttribute(square, 'height', width);
  setText(square.firstChild, `${pod.id}: ${state.text}`);
}
