// SPDX-License-Identifier: Apache-2.0
// The command box and what commands write, at the lower edge of every page. Not there with a server that runs none.

import {argumentsOf} from './completion.js';
import {element, patch, setAttribute, setText} from './dom.js';
import {Jobs} from './jobs.js';
import {Prompt} from './prompt.js';
import {keptToken} from './token.js';

export class Dock {
  #run = '';
  #isLive = false;
  #isOpen = false;

  constructor(box, {send, world}) {
    this.box = box;
    this.world = world;
    this.jobs = new Jobs(send);
    this.tabs = element('ul', {class: 'tabs', 'aria-label': 'Commands that run or have run'});
    this.steps = element('span', {class: 'dim steps', role: 'status'});
    this.output = element('div', {class: 'output', role: 'log', tabindex: '0', 'aria-label': 'Output'});
    this.stop = element(
      'button',
      {type: 'button', onclick: () => this.#act((job) => this.jobs.interrupt(job))},
      'Interrupt',
    );
    this.close = element(
      'button',
      {type: 'button', class: 'quiet', onclick: () => this.#act((job) => this.jobs.close(job))},
      'Close',
    );
    this.line = element('input', {
      'aria-label': 'A line for the command',
      placeholder: 'a line for the command',
      autocomplete: 'off',
    });
    this.answer = element('form', {class: 'answer', onsubmit: (event) => this.#answer(event)}, this.line);
    this.pane = element(
      'div',
      {class: 'pane', hidden: true},
      element('div', {class: 'bar'}, this.tabs, this.steps, this.stop, this.close),
      this.output,
      this.answer,
    );
    this.fold = element(
      'button',
      {type: 'button', class: 'quiet fold', 'aria-label': 'Output', onclick: () => this.#toggle()},
      '▴',
    );
    this.prompt = new Prompt({run: (line) => this.#start(line), names: (meaning) => this.#names(meaning)});
    box.append(this.pane, element('div', {class: 'promptbar'}, this.prompt.element, this.fold));
  }

  // Whether there is one.
  open() {
    if (!this.box.hidden) {
      this.prompt.input.focus();
    }
    return !this.box.hidden;
  }

  setLive(isLive) {
    this.#isLive = isLive;
  }

  take(message) {
    if (message.type === 'welcome') {
      setAttribute(this.box, 'hidden', message.commands !== true);
      if (message.commands === true) {
        this.jobs.reconnected(this.#run === message.run);
        this.#run = message.run;
        this.#learn();
      }
    } else {
      this.jobs.take(message);
    }
  }

  show() {
    if (this.box.hidden) {
      return;
    }
    const {all, selected} = this.jobs;
    const others = this.world
      .list('command')
      .filter(({id, data}) => data.state === 'Running' && !all.some(({command}) => command === id));
    // A copy of what is shown of each: jobs change in their place.
    const tabs = [
      ...all.map((job) => ({key: job.key, title: job.title, state: job.state, job, isHere: job === selected})),
      ...others.map((object) => ({
        key: object.id,
        title: (object.data.arguments ?? []).join(' '),
        state: 'elsewhere',
        object,
      })),
    ];
    patch(
      this.tabs,
      tabs,
      ({key}) => key,
      () => this.#tab(),
      fillTab,
    );
    const steps = selected?.steps;
    setText(this.steps, steps ? `${steps.done} of ${steps.all} · ${steps.title}` : '');
    const isOpen = this.#isOpen && tabs.length > 0;
    setAttribute(this.pane, 'hidden', !isOpen);
    setAttribute(this.fold, 'aria-expanded', String(isOpen));
    setAttribute(this.fold, 'hidden', tabs.length === 0);
    setText(this.fold, isOpen ? '▾' : '▴');
    setAttribute(this.stop, 'hidden', selected?.state !== 'running');
    setAttribute(this.answer, 'hidden', selected?.state !== 'running');
    setAttribute(this.close, 'hidden', !selected);
    setAttribute(this.prompt.input, 'disabled', !this.#isLive);
    this.#showOutput(selected?.screen.lines ?? []);
  }

  #showOutput(lines) {
    const {output} = this;
    const isFollowing = output.scrollHeight - output.scrollTop - output.clientHeight < 24;
    patch(
      output,
      lines,
      ({n}) => n,
      () => element('div'),
      (row, {parts}) => {
        row.replaceChildren(...parts.map(({text, style}) => element('span', {class: style || null}, text)));
      },
    );
    if (isFollowing) {
      output.scrollTop = output.scrollHeight;
    }
  }

  #tab() {
    const button = element('button', {type: 'button'}, '');
    const tab = element('li', {}, button);
    button.addEventListener('click', () => {
      if (tab.item.object) {
        this.jobs.join(tab.item.object);
      } else {
        this.jobs.selected = tab.item.job;
      }
      this.#isOpen = true;
      this.#fresh();
    });
    return tab;
  }

  #start(line) {
    const words = argumentsOf(line);
    if (words.length > 0) {
      this.#isOpen = true;
      this.jobs.run(words);
      this.#fresh();
    }
  }

  #answer(event) {
    event.preventDefault();
    const {value} = this.line;
    this.line.value = '';
    this.#act((job) => this.jobs.input(job, `${value}\n`));
  }

  #act(act) {
    if (this.jobs.selected) {
      act(this.jobs.selected);
      this.show();
    }
  }

  #toggle() {
    this.#isOpen = !this.#isOpen;
    this.#fresh();
  }

  // Another output than before, seen from its end.
  #fresh() {
    this.output.replaceChildren();
    this.output.keyed = new Map();
    this.show();
    this.output.scrollTop = this.output.scrollHeight;
  }

  #names(meaning) {
    return meaning === 'cluster' || meaning === 'instance' ? this.world.list(meaning).map(({id}) => id) : [];
  }

  async #learn() {
    try {
      const token = keptToken();
      const answer = await fetch('/commands.json', {headers: token === '' ? {} : {Authorization: `Bearer ${token}`}});
      this.prompt.commands = answer.ok ? (await answer.json()).commands : [];
    } catch {
      setTimeout(() => this.#learn(), 2000);
    }
  }
}

function fillTab(tab, {title, state, isHere}) {
  const button = tab.firstChild;
  setText(button, title);
  setAttribute(
    button,
    'title',
    state === 'elsewhere' ? `${title}: somebody else runs it; look on` : `${title}: ${state}`,
  );
  setAttribute(button, 'data-state', state);
  setAttribute(button, 'aria-current', isHere ? 'true' : null);
}
