// SPDX-License-Identifier: Apache-2.0
// Puts everything together: the connection feeds the world, and the page is patched once for each frame.

import {ChangesPage} from './changes_page.js';
import {ClusterPage} from './cluster_page.js';
import {DevicesPage} from './devices_page.js';
import {Dock} from './dock.js';
import {setAttribute, setText} from './dom.js';
import {filterOf} from './filter.js';
import {History} from './history.js';
import {listenToKeys} from './keys.js';
import {KindPage} from './kind_page.js';
import {Link} from './link.js';
import {Navigation} from './navigation.js';
import {ObjectPage} from './object_page.js';
import {OverviewPage} from './overview_page.js';
import {partsOf} from './routes.js';
import {growOlder} from './table.js';
import {keepToken, keptToken, takeToken} from './token.js';
import {TokenPage} from './token_page.js';
import {World} from './world.js';

const find = (id) => document.getElementById(id);
const [main, search, linkState, engine] = ['main', 'search', 'link', 'engine'].map(find);

const world = new World();
const history = new History();
const navigation = new Navigation(document.querySelector('nav'));
const dock = new Dock(find('dock'), {send: (message) => link.send(message), world});
const link = new Link({resume: () => world.position, onMessage: take, onState: tell});

let page = null; // what is in <main>
let asking = null; // the page that asks for the token, over all others
let isDue = false; // a frame is going to be drawn

function take(message) {
  const changes = world.take(message);
  const now = Date.now();
  if (world.isReplaced) {
    history.note('Another run of the server, or too long away: compared with what was seen before', now);
  }
  history.add(changes, now);
  dock.take(message);
  draw();
}

const WORDS = {connecting: 'Connecting', live: 'Live', lost: 'Reconnecting', token: 'No token', refused: 'Refused'};

function tell({name, detail}) {
  setAttribute(linkState, 'data-state', name);
  setAttribute(linkState, 'title', detail || null);
  setText(linkState.firstElementChild, WORDS[name]);
  setAttribute(document.body, 'data-stale', name === 'lost' || name === 'refused');
  dock.setLive(name === 'live');
  if (name === 'token' || name === 'refused') {
    asking ??= new TokenPage(useToken);
    main.replaceChildren(asking.element);
    drawNow(); // what is not shown yet takes no focus
    asking.tell(detail);
  } else if (asking && name === 'live') {
    asking = null;
    open();
  }
  draw();
}

function useToken(token) {
  keepToken(token);
  link.start(token);
}

function draw() {
  if (!isDue) {
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      drawNow();
    });
  }
}

function drawNow() {
  setText(engine, world.server?.engine ?? '');
  const all = {world, history, filter: filterOf(search.value), draw};
  navigation.show(all, `#/${partsOf(location.hash).map(encodeURIComponent).join('/')}`);
  setAttribute(main, 'data-waiting', !world.isComplete && !asking);
  if (world.isComplete && !asking) {
    page?.show(all);
  }
  dock.show();
}

function pageOf([kind = '', ...rest]) {
  switch (kind) {
    case 'cluster':
      return new ClusterPage(rest[0] ?? '');
    case 'object':
      return new ObjectPage(rest[0] ?? '', rest[1] ?? '');
    case 'kind':
      return new KindPage(rest[0] ?? '');
    case 'devices':
      return new DevicesPage();
    case 'changes':
      return new ChangesPage();
    default:
      return new OverviewPage();
  }
}

function open() {
  if (takeToken()) {
    link.start(keptToken());
  }
  page?.close?.();
  page = pageOf(partsOf(location.hash));
  search.value = '';
  document.title = `${page.title} · ingot`;
  if (!asking) {
    main.replaceChildren(page.element);
    main.scrollTop = 0;
  }
  drawNow();
}

takeToken();
addEventListener('hashchange', () => {
  open();
  main.focus({preventScroll: true});
});
search.addEventListener('input', draw);
find('skip').addEventListener('click', () => main.focus());
listenToKeys({search, page: main, openCommands: () => dock.open()});
setInterval(growOlder, 5000);
open();
link.start(keptToken());
