// SPDX-License-Identifier: Apache-2.0
// The world as the server tells it: objects by kind and id, and where to go on after a lost connection. Pure.

export const byName = new Intl.Collator('en', {numeric: true}).compare;

export class World {
  server = null; // {version, engine}
  features = {}; // what else the welcome said, as {commands: true}
  position = null; // {run, version} to resume from; null: not all is known yet
  isComplete = false; // a whole snapshot was seen once
  isReplaced = false; // a snapshot took the place of what was known, with the last message
  #kinds = new Map(); // kind -> id -> object
  #order = new Map(); // kind -> sorted ids, until one comes or goes
  #run = '';
  #parts = null; // of a snapshot that is not complete

  // What the message changes: [{version, before, after}], before or after being undefined for what is new or gone.
  take(message) {
    this.isReplaced = false;
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message);
      case 'snapshot':
        return this.#snapshot(message);
      case 'change':
        return this.#change(message);
      default:
        return [];
    }
  }

  get(kind, id) {
    return this.#kinds.get(kind)?.get(id);
  }

  // In the order of their names; of one cluster, when it is given.
  list(kind, cluster) {
    const objects = this.#kinds.get(kind);
    if (!objects) {
      return [];
    }
    if (!this.#order.has(kind)) {
      this.#order.set(kind, [...objects.keys()].sort(byName));
    }
    const all = this.#order.get(kind).map((id) => objects.get(id));
    return cluster === undefined ? all : all.filter((object) => object.cluster === cluster);
  }

  count(kind) {
    return this.#kinds.get(kind)?.size ?? 0;
  }

  kinds() {
    return [...this.#kinds.keys()].filter((kind) => this.count(kind) > 0);
  }

  #welcome(message) {
    const {type, run, version, resumed, server, ...features} = message;
    this.server = server;
    this.features = features;
    this.#run = run;
    this.#parts = null;
    this.position = resumed ? {run, version} : null;
    return [];
  }

  #snapshot({version, objects, complete}) {
    this.#parts ??= new Map();
    for (const object of objects) {
      put(this.#parts, object);
    }
    if (!complete) {
      return [];
    }
    const changes = this.isComplete ? differences(this.#kinds, this.#parts, version) : [];
    this.isReplaced = this.isComplete;
    this.isComplete = true;
    this.#kinds = this.#parts;
    this.#order.clear();
    this.#parts = null;
    this.position = {run: this.#run, version};
    return changes;
  }

  #change({version, set, removed}) {
    const {kind, id} = set ?? removed;
    const before = this.get(kind, id);
    if (set) {
      put(this.#kinds, set);
    } else {
      this.#kinds.get(kind)?.delete(id);
    }
    if (!before || !set) {
      this.#order.delete(kind);
    }
    this.position = {run: this.#run, version};
    // Something that was never heard of may be told to be gone.
    return before || set ? [{version, before, after: set}] : [];
  }
}

function put(kinds, object) {
  if (!kinds.has(object.kind)) {
    kinds.set(object.kind, new Map());
  }
  kinds.get(object.kind).set(object.id, object);
}

// Between two snapshots. What is the same stays the same object, so that nothing of it is drawn again.
function differences(old, now, version) {
  const changes = [];
  for (const [kind, objects] of now) {
    for (const [id, after] of objects) {
      const before = old.get(kind)?.get(id);
      if (before && JSON.stringify(before) === JSON.stringify(after)) {
        objects.set(id, before);
      } else {
        changes.push({version, before, after});
      }
    }
  }
  for (const [kind, objects] of old) {
    for (const [id, before] of objects) {
      if (!now.get(kind)?.has(id)) {
        changes.push({version, before, after: undefined});
      }
    }
  }
  return changes;
}
