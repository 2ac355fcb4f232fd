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
import {ownName, Presence} from './presence.js';
import {partsOf} from './routes.js';
import {growOlder} from './table.js';
import {keepToken, keptToken, takeToken} from './token.js';
import {TokenPage} from './token_page.js';
import {Usage} from './usage.js';
import {UsageFeed} from './usage_feed.js';
import {World} from './world.js';

const find = (id) => document.getElementById(id);
const [main, search, linkState, engine] = ['main', 'search', 'link', 'engine'].map(find);

const world = new World();
const history = new History();
const navigation = new Navigation(document.querySelector('nav'));
const dock = new Dock(find('dock'), {send: (message) => link.send(message), world});
const link = new Link({hello, onMessage: take, onState: tell});
const usage = new Usage();
const usageFeed = new UsageFeed(usage, draw);
const presence = new Presence(find('presence'), {onName: () => link.start(keptToken())});

let page = null; // what is in <main>
let asking = null; // the page that asks for the token, over all others
let isDue = false; // a frame is going to be drawn

function hello() {
  const {position} = world;
  return {name: ownName(), filter: {also: ['event', 'viewer']}, ...(position ? {resume: position} : {})};
}

function take(message) {
  const changes = world.take(message);
  const now = Date.now();
  if (world.isReplaced) {
    history.note('Another run of the server, or too long away: compared with what was seen before', now);
  }
  // Who comes and goes changes nothing of what is watched.
  history.add(
    changes.filter(({before, after}) => (after ?? before).kind !== 'viewer'),
    now,
  );
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
  const all = {world, history, usage, filter: filterOf(search.value), draw, dock};
  navigation.show(all, `#/${partsOf(location.hash).map(encodeURIComponent).join('/')}`);
  setAttribute(main, 'data-waiting', !world.isComplete && !asking);
  if (world.isComplete && !asking) {
    page?.show(all);
  }
  presence.show(world);
  usageFeed.want(document.hidden || asking ? null : (page?.usage ?? null));
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
document.addEventListener('visibilitychange', drawNow);
open();
link.start(keptToken());
