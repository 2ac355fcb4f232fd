// SPDX-License-Identifier: Apache-2.0
// What AsyncAPI's own parser says of a document; anything worse than a hint is a failure.
import {readFileSync} from 'node:fs';
import {Parser} from '@asyncapi/parser';

const WARNING = 1; // 0 is an error, 2 information, 3 a hint

const {document, diagnostics} = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
for (const {severity, code, message, path} of diagnostics) {
  console.log(severity <= WARNING ? 'wrong:' : 'note:', code, path.join('.'), message);
}
if (!document || diagnostics.some(({severity}) => severity <= WARNING)) {
  process.exit(1);
}
console.log(`valid: ${document.allMessages().all().length} messages`);
