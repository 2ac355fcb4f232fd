// SPDX-License-Identifier: Apache-2.0
// All objects of one kind, also of one that this page knows nothing of.

import {columnsOf, isKnown, titleOf} from './columns.js';
import {element} from './dom.js';
import {nameOf} from './facts.js';
import {Table} from './table.js';
import {byName} from './world.js';

// Their ids are the engine's, and in no order that people know.
const UNORDERED = ['image', 'network'];

export class KindPage {
  constructor(kind) {
    this.kind = kind;
    this.title = titleOf(kind);
    this.element = element('div', {class: 'page'}, element('div', {class: 'heading'}, element('h1', {}, this.title)));
  }

  show({world, filter}) {
    const objects = world.list(this.kind);
    if (UNORDERED.includes(this.kind)) {
      objects.sort((a, b) => byName(nameOf(a), nameOf(b)));
    }
    if (!this.table || (!this.hasSample && objects.length > 0 && !isKnown(this.kind))) {
      this.table?.element.remove();
      this.hasSample = objects.length > 0;
      this.table = new Table({
        title: this.title,
        columns: columnsOf(this.kind, objects[0]),
        empty: 'There are none now.',
      });
      this.element.append(this.table.element);
    }
    this.table.show(objects, filter);
  }
}
