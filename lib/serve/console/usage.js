// SPDX-License-Identifier: Apache-2.0
// What nodes and instances use, as it was told in the last minutes. Pure.

export const KEPT = 180; // seconds

export class Usage {
  latest = 0; // when the last one was told, in ms
  #series = new Map(); // id -> [{at, cpu (processors), memory, limit (bytes; 0: not known), processes}], oldest first

  // A message of a connection that asks for usage alone.
  take(message, now) {
    if (message.type === 'snapshot') {
      message.objects.forEach((object) => this.#add(object, now));
    } else if (message.type === 'change' && message.set) {
      this.#add(message.set, now);
    } else if (message.type === 'change') {
      this.#series.delete(message.removed.id);
    }
  }

  of(id) {
    return this.#series.get(id) ?? [];
  }

  #add({id, data}, now) {
    const old = this.of(id).filter(({at}) => now - at < 1000 * KEPT);
    const cpu = data.cpuMillicores / 1000;
    const limit = data.memoryLimitBytes ?? 0;
    this.#series.set(id, [...old, {at: now, cpu, memory: data.memoryBytes, limit, processes: data.pids}]);
    this.latest = now;
  }
}
