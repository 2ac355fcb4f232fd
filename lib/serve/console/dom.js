// SPDX-License-Identifier: Apache-2.0
// Elements, made and patched. What objects say is not to be trusted: it becomes text here, and never markup.

const SVG = 'http://www.w3.org/2000/svg';

// Attributes that are functions are listeners: {onclick: f}. Children are elements or texts.
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function drawn(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      node.addEventListener(name.slice(2), value);
    } else {
      setAttribute(node, name, value);
    }
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// false and null take the attribute away.
export function setAttribute(node, name, value) {
  if (value === false || value === null || value === undefined) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value === true ? '' : value)) {
    node.setAttribute(name, value === true ? '' : value);
  }
}

export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

// Makes the children of `parent` those of `items`, in their order, keeping what is there: an element is made once
// for each key, and updated only when its item is another one than before.
export function patch(parent, items, keyOf, create, update) {
  const old = parent.keyed ?? new Map();
  const now = new Map();
  for (const item of items) {
    const key = keyOf(item);
    now.set(key, old.get(key));
  }
  // Those that go, go first: else everything after them would be moved.
  for (const [key, child] of old) {
    if (!now.has(key)) {
      child.remove();
    }
  }
  let place = parent.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = now.get(key);
    if (!child) {
      child = create(item);
      now.set(key, child);
    }
    if (child.item !== item) {
      update(child, item, child.item);
      child.item = item;
    }
    if (child === place) {
      place = place.nextSibling;
    } else {
      parent.insertBefore(child, place);
    }
  }
  parent.keyed = now;
}

// A state, told by a word, a colour and a shape.
export function stateMark() {
  return element('span', {class: 'state'}, '');
}

export function setState(mark, state) {
  setAttribute(mark, 'data-tone', state?.tone ?? null);
  setText(mark, state?.text ?? '');
}

// Of all links in `box`, one is reached by the tab key, and the others from it by the arrow keys.
export function arrowKeys(box, selector = 'a') {
  const all = () => [...box.querySelectorAll(selector)].filter((one) => one.getClientRects().length > 0);
  box.addEventListener('keydown', (event) => {
    const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity}[event.key];
    const at = event.target.closest?.(selector);
    if (step === undefined || !at || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const links = all();
    const next = Math.max(0, Math.min(links.length - 1, links.indexOf(at) + step));
    links[next]?.focus();
    event.preventDefault();
  });
  box.addEventListener('focusin', (event) => {
    const at = event.target.closest?.(selector);
    if (at) {
      holdTab(box, selector, at);
    }
  });
  return () => holdTab(box, selector, box.querySelector(`${selector}[tabindex="0"]`) ?? box.querySelector(selector));
}

function holdTab(box, selector, link) {
  for (const other of box.querySelectorAll(`${selector}[tabindex="0"]`)) {
    if (other !== link) {
      other.setAttribute('tabindex', '-1');
    }
  }
  link?.setAttribute('tabindex', '0');
}
