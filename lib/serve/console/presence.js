// SPDX-License-Identifier: Apache-2.0
// Who watches, and what they run: how many in the header, and who, when somebody asks. Others see this page under the
// name that is said here.

import {element, patch, setAttribute, setText} from './dom.js';
import {setTime} from './table.js';

const KEY = 'ingot.name';
const MOST = 32; // characters of a name

export function ownName() {
  return localStorage.getItem(KEY) || 'browser';
}

export class Presence {
  // onName(): there is another name, to be said to the server.
  constructor(box, {onName}) {
    this.onName = onName;
    this.button = element('button', {
      type: 'button',
      class: 'quiet',
      'aria-expanded': 'false',
      'aria-controls': 'viewers',
      hidden: true,
      onclick: () => this.#open(this.panel.hidden),
    });
    this.viewers = element('ul', {'aria-label': 'Who watches'});
    this.title = element('h2', {}, 'What they run');
    this.commands = element('ul', {'aria-label': 'What they run'});
    this.name = element('input', {id: 'own-name', maxlength: MOST, autocomplete: 'nickname', spellcheck: 'false'});
    this.panel = element(
      'section',
      {id: 'viewers', 'aria-label': 'Who watches', hidden: true},
      element('h2', {}, 'Who watches'),
      this.viewers,
      this.title,
      this.commands,
      element(
        'form',
        {onsubmit: (event) => this.#rename(event)},
        element('label', {for: 'own-name'}, 'Your name, for the others'),
        this.name,
        element('button', {type: 'submit'}, 'Use it'),
      ),
    );
    box.append(this.button, this.panel);
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.panel.hidden) {
        this.#open(false);
        this.button.focus();
      }
    });
    box.addEventListener('focusout', ({relatedTarget}) => {
      if (relatedTarget && !box.contains(relatedTarget)) {
        this.#open(false);
      }
    });
  }

  show(world) {
    const own = world.features.viewer;
    const viewers = world.list('viewer').map((viewer) => ({viewer, isOwn: viewer.id === own}));
    const running = world.list('command').filter(({data}) => data.state === 'Running');
    setAttribute(this.button, 'hidden', viewers.length === 0);
    setText(this.button, viewers.length === 1 ? '1 watches' : `${viewers.length} watch`);
    if (!this.panel.hidden) {
      patch(this.viewers, viewers, ({viewer}) => viewer.id, newViewer, fillViewer);
      patch(this.commands, running, ({id}) => id, newCommand, fillCommand);
      setAttribute(this.title, 'hidden', running.length === 0);
    }
    this.world = world;
  }

  #open(isOpen) {
    setAttribute(this.panel, 'hidden', !isOpen);
    setAttribute(this.button, 'aria-expanded', String(isOpen));
    if (isOpen) {
      this.name.value = ownName();
      this.show(this.world);
    }
  }

  #rename(event) {
    event.preventDefault();
    localStorage.setItem(KEY, this.name.value.trim());
    this.onName();
  }
}

const newViewer = () =>
  element('li', {}, element('strong'), element('span', {class: 'dim'}), element('time', {class: 'dim'}));

function fillViewer(row, {viewer: {data}, isOwn}) {
  const [name, about, since] = row.children;
  setText(name, data.name || 'without a name');
  const channel = data.channel ? `in ${data.channel}` : '';
  setText(about, [isOwn && 'this page', data.role, channel].filter(Boolean).join(', '));
  setTime(since, data.since);
}

const newCommand = () => element('li', {}, element('strong'), element('code'));

function fillCommand(row, {data}) {
  setText(row.firstChild, data.who || 'somebody');
  setText(row.lastChild, (data.arguments ?? []).join(' '));
}
