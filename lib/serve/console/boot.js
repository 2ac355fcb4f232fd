// SPDX-License-Identifier: Apache-2.0
// Starts the page, with another try where a file did not come. Browsers give up whatever they load at the moment in
// which the machine's networks change, and that is what clusters do that come and go.

const KEY = 'ingot.tries';
const MOST = 5;

import('./app.js').then(
  () => sessionStorage.removeItem(KEY),
  (error) => {
    const tries = Number(sessionStorage.getItem(KEY)) + 1;
    sessionStorage.setItem(KEY, tries);
    if (tries > MOST) {
      throw error;
    }
    setTimeout(() => location.reload(), 300 * tries);
  },
);
