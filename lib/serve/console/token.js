// SPDX-License-Identifier: Apache-2.0
// The token: taken out of the address at once, so that it is in no history, bookmark or screenshot, and kept as
// long as the tab is open.

const KEY = 'ingot.token';

// Of "?token=T" or "#token=T"; null: the address has none.
export function tokenOf(search, hash) {
  return new URLSearchParams(search).get('token') ?? new URLSearchParams(hash.replace(/^#/, '')).get('token');
}

// Whether the address had one.
export function takeToken() {
  const token = tokenOf(location.search, location.hash);
  if (token === null) {
    return false;
  }
  keepToken(token);
  const page = location.hash.startsWith('#/') ? location.hash : '#/';
  history.replaceState(null, '', location.pathname + page);
  return true;
}

export function keptToken() {
  return sessionStorage.getItem(KEY) ?? '';
}

export function keepToken(token) {
  sessionStorage.setItem(KEY, token.trim());
}
