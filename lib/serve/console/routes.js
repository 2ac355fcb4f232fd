// SPDX-License-Identifier: Apache-2.0
// Pages and their addresses, which are the part behind "#/". Pure.

// "#/object/pod/a%2Fb" -> ["object", "pod", "a/b"]
export function partsOf(hash) {
  return hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    // somebody typed it
    return part;
  }
}

export function address(...parts) {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

export function hrefOf({kind, id}) {
  return kind === 'cluster' ? address('cluster', id) : address('object', kind, id);
}
