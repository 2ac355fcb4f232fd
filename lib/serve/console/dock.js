// SPDX-License-Identifier: Apache-2.0
// The command box and what commands write, at the lower edge of every page. Who may run none sees what others run.

import {argumentsOf, chosen} from './completion.js';
import {element, patch, setAttribute, setText} from './dom.js';
import {Jobs} from './jobs.js';
import {Prompt} from './prompt.js';
import {TerminalView} from './terminal_view.js';
import {keptToken} from './token.js';

const HINT = 'Keys go to the program · Ctrl-] leaves';

export class Dock {
  canRun = false;
  #run = '';
  #isLive = false;
  #isOpen = false;

  constructor(box, {send, world}) {
    this.box = box;
    this.world = world;
    this.jobs = new Jobs(send);
    this.tabs = element('ul', {class: 'tabs', 'aria-label': 'Commands that run or have run'});
    this.about = element('span', {class: 'dim steps', role: 'status'});
    this.hint = element('span', {class: 'dim hint-line', id: 'terminal-hint'}, HINT);
    this.view = new TerminalView({
      onInput: (text) => this.#act((job) => this.jobs.input(job, text)),
      onSize: () => this.#fit(),
      onLeave: () => this.tabs.querySelector('[aria-current]')?.focus(),
    });
    this.fitting = button('Fit here', () => this.#takeOver(), {class: 'fit'});
    this.tall = button('Taller', () => this.#stretch(), {'aria-pressed': 'false', class: 'tall'});
    this.stop = button('Interrupt', () => this.#act((job) => this.jobs.interrupt(job)), {class: 'stop'});
    this.close = button('Close', () => this.#act((job) => this.jobs.close(job)), {class: 'quiet'});
    this.line = element('input', {
      'aria-label': 'A line for the command',
      placeholder: 'a line for the command',
      autocomplete: 'off',
    });
    this.answer = element('form', {class: 'answer', onsubmit: (event) => this.#answer(event)}, this.line);
    this.pane = element(
      'div',
      {class: 'pane', hidden: true},
      element('div', {class: 'bar'}, this.tabs, this.about, this.hint, this.fitting, this.tall, this.stop, this.close),
      this.view.element,
      this.answer,
    );
    this.fold = button('▴', () => this.#toggle(), {class: 'quiet fold', 'aria-label': 'Output'});
    this.prompt = new Prompt({
      run: (line, isTerminal) => this.#start(line, isTerminal),
      names: (meaning) => this.#names(meaning),
    });
    box.append(this.pane, element('div', {class: 'promptbar'}, this.prompt.element, this.fold));
  }

  // Whether there is one to type into.
  open() {
    if (this.canRun) {
      this.prompt.input.focus();
    }
    return this.canRun;
  }

  setLive(isLive) {
    this.#isLive = isLive;
  }

  take(message) {
    if (message.type === 'welcome') {
      this.canRun = message.commands === true;
      this.jobs.reconnected(this.#run === message.run);
      this.#run = message.run;
      if (this.canRun) {
        this.#learn();
      }
    } else {
      this.jobs.take(message);
    }
  }

  // Runs it in a terminal, with the keyboard in there.
  runInTerminal(words) {
    this.#isOpen = true;
    setAttribute(this.pane, 'hidden', false); // what is not shown has no size
    this.jobs.run(words, this.view.size() ?? {columns: 80, rows: 24});
    this.show();
    this.view.focus();
  }

  show() {
    const {all, selected} = this.jobs;
    const others = this.world
      .list('command')
      .filter(({id, data}) => data.state === 'Running' && !all.some(({command}) => command === id));
    setAttribute(this.box, 'hidden', !this.canRun && all.length + others.length === 0);
    setAttribute(this.prompt.element, 'hidden', !this.canRun);
    setAttribute(this.prompt.input, 'disabled', !this.#isLive);
    // A copy of what is shown of each: jobs change in their place.
    const tabs = [
      ...all.map((job) => ({key: job.key, title: job.title, state: job.state, job, isHere: job === selected})),
      ...others.map((object) => ({
        key: object.id,
        title: (object.data.arguments ?? []).join(' '),
        state: 'elsewhere',
        who: object.data.who,
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
    const isOpen = this.#isOpen && tabs.length > 0;
    setAttribute(this.pane, 'hidden', !isOpen);
    setAttribute(this.fold, 'aria-expanded', String(isOpen));
    setAttribute(this.fold, 'hidden', tabs.length === 0);
    setText(this.fold, isOpen ? '▾' : '▴');
    this.#showSelected(selected);
  }

  #showSelected(job) {
    const isRunning = job?.state === 'running' || job?.state === 'asked';
    const takesKeys = Boolean(this.canRun && isRunning && job.size);
    const hadKeys = document.activeElement === this.view.keys;
    setText(this.about, job ? aboutOf(job) : '');
    setAttribute(this.hint, 'hidden', !takesKeys);
    setAttribute(this.fitting, 'hidden', !takesKeys || job.isSizing);
    setAttribute(this.stop, 'hidden', !this.canRun || job?.state !== 'running');
    setAttribute(this.answer, 'hidden', !this.canRun || job?.state !== 'running' || Boolean(job.size));
    setAttribute(this.close, 'hidden', !job);
    this.view.show(job?.terminal ?? null, {
      isRunning,
      takesKeys,
      isFixed: job?.isSizing === false,
      label: job?.title ?? 'Output',
    });
    if (job?.isSizing && isRunning) {
      this.#fit();
    }
    if (hadKeys && !takesKeys) {
      this.prompt.input.focus(); // they would go nowhere
    }
  }

  // The terminal becomes as large as the pane, when it is this page that says how large it is.
  #fit() {
    const job = this.jobs.selected;
    const size = job?.isSizing && job.state === 'running' ? this.view.size() : null;
    if (size) {
      this.jobs.resize(job, size);
    }
  }

  #takeOver() {
    const size = this.view.size();
    if (size) {
      this.#act((job) => this.jobs.resize(job, size));
      this.view.focus();
    }
  }

  #stretch() {
    const isTall = this.pane.hasAttribute('data-tall');
    setAttribute(this.pane, 'data-tall', !isTall);
    setAttribute(this.tall, 'aria-pressed', String(!isTall));
    this.show();
  }

  #tab() {
    const tab = element('li');
    tab.append(
      button('', () => {
        if (tab.item.object) {
          this.jobs.join(tab.item.object);
        } else {
          this.jobs.selected = tab.item.job;
        }
        this.#isOpen = true;
        this.show();
        if (this.jobs.selected.size) {
          this.view.focus();
        }
      }),
    );
    return tab;
  }

  // In a terminal when it is asked for, or the command is one for it.
  #start(line, isTerminal) {
    const words = argumentsOf(line);
    if (isTerminal || chosen(this.prompt.commands, words)?.terminal) {
      this.runInTerminal(words);
    } else if (words.length > 0) {
      this.#isOpen = true;
      this.jobs.run(words);
      this.show();
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
    this.show();
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

function button(text, onclick, more = {}) {
  return element('button', {type: 'button', onclick, ...more}, text);
}

// How far it is, whose it is, or what is wrong.
function aboutOf({problem, steps, who, isOwn}) {
  const progress = steps ? `${steps.done} of ${steps.all} · ${steps.title}` : '';
  return problem || progress || (isOwn ? '' : `${who || 'somebody else'} runs it`);
}

function fillTab(tab, {title, state, who, isHere}) {
  const own = tab.firstChild;
  setText(own, title);
  setAttribute(
    own,
    'title',
    state === 'elsewhere' ? `${title}: ${who || 'somebody else'} runs it; look on` : `${title}: ${state}`,
  );
  setAttribute(own, 'data-state', state);
  setAttribute(own, 'aria-current', isHere ? 'true' : null);
}
