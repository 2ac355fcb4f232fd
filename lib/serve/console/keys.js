// SPDX-License-Identifier: Apache-2.0
// Keys that work everywhere: / for the search, : for the command box, Escape back to the page.

export function listenToKeys({search, page, openCommands}) {
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest?.('input, textarea, select, [contenteditable]') !== null;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      search.dispatchEvent(new Event('input'));
      page.focus();
    } else if (event.key === '/' && !isTyping) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === ':' && !isTyping && openCommands()) {
      event.preventDefault();
    } else if (event.key === 'ArrowDown' && event.target === search) {
      event.preventDefault();
      (page.querySelector('tbody a, .entries a, svg a') ?? page).focus();
    }
  });
}
