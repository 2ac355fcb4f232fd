// SPDX-License-Identifier: Apache-2.0
// Classes for all messages of a document, by Modelina.
import {readFileSync} from 'node:fs';
import {JavaScriptFileGenerator, JS_COMMON_PRESET} from '@asyncapi/modelina';

const [document, folder] = process.argv.slice(2);
const generator = new JavaScriptFileGenerator({
  moduleSystem: 'CJS',
  presets: [{preset: JS_COMMON_PRESET, options: {marshalling: true}}],
});
await generator.generateToFiles(JSON.parse(readFileSync(document, 'utf8')), folder, {});
