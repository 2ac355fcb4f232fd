// SPDX-License-Identifier: Apache-2.0
// What objects' data means to people: states, ages, sizes, and what a change has changed. Pure.

const TONES = {
  good: ['running', 'connected', 'ready', 'active', 'bound', 'available', 'free', 'held', 'given'],
  busy: [
    'created',
    'creating',
    'pending',
    'restarting',
    'partial',
    'terminating',
    'containercreating',
    'podinitializing',
    'removing',
    'progressing',
    'warning',
  ],
  bad: ['dead', 'away', 'notready', 'unknown', 'evicted', 'absent', 'unusable'],
};
const TONE_OF = new Map(Object.entries(TONES).flatMap(([tone, words]) => words.map((word) => [word, tone])));

// good, busy, bad or idle.
export function toneOf(state) {
  const word = String(state).toLowerCase();
  // Kubernetes has many words for what goes wrong: CrashLoopBackOff, ErrImagePull, OOMKilled, Init:Error.
  return (
    TONE_OF.get(word) ??
    (/backoff|err|fail|killed|deadline/.test(word) ? 'bad' : word.startsWith('init:') ? 'busy' : 'idle')
  );
}

// {text, tone} of an object; null: its kind has no state.
export function stateOf({kind, data}) {
  if (kind === 'pod') {
    const text = data.phase ?? 'Unknown';
    const [ready, wanted] = String(data.ready ?? '').split('/');
    const isHalf = text === 'Running' && wanted !== undefined && ready !== wanted;
    return {text: isHalf ? 'Not ready' : text, tone: isHalf ? 'busy' : toneOf(text)};
  }
  if (kind === 'deployment') {
    const isThere = data.ready >= data.wanted;
    return {text: `${data.ready ?? 0} of ${data.wanted ?? 0}`, tone: isThere ? 'good' : 'busy'};
  }
  if (kind === 'kube-node') {
    const text = isReady(data.ready) ? 'Ready' : 'Not ready';
    return {text: data.unschedulable ? `${text}, cordoned` : text, tone: isReady(data.ready) ? 'good' : 'bad'};
  }
  if (kind === 'command' && data.state === 'Ended') {
    return {text: data.code === 0 ? 'Done' : `Ended with ${data.code}`, tone: data.code === 0 ? 'idle' : 'bad'};
  }
  const text = data.state ?? data.phase ?? data.level;
  return text === undefined ? null : {text: String(text), tone: toneOf(text)};
}

function isReady(value) {
  return value === true || value === 'True' || value === 'Ready';
}

export function nameOf({kind, id, data}) {
  if (kind === 'image') {
    return data.tags?.[0] ?? shortDigest(id);
  }
  return kind === 'command' ? (data.arguments ?? []).join(' ') || id : data.name || id;
}

export function shortDigest(text) {
  return /^(sha256:)?[0-9a-f]{40,}$/.test(text) ? text.replace('sha256:', '').slice(0, 12) : text;
}

// "3 m", of a time as messages have it.
export function ageOf(time, now) {
  const at = Date.parse(time);
  const seconds = Math.round((now - at) / 1000);
  // Images that are to be the same whenever they are built say that they are of 1970.
  if (!(at > 0)) {
    return '';
  }
  const past = Math.abs(seconds);
  const [amount, unit] =
    past < 60
      ? [past, 's']
      : past < 7200
        ? [past / 60, 'min']
        : past < 172800
          ? [past / 3600, 'h']
          : [past / 86400, 'd'];
  return `${seconds < 0 ? 'in ' : ''}${Math.floor(amount)} ${unit}`;
}

export function sizeText(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount >= 100 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

// What there is of a node: "cpu 2, memory 25.2 GiB, pods 110", and whatever else there is for pods, but for what
// hardly anybody asks for.
export function resourcesText(resources = {}) {
  return Object.entries(resources)
    .filter(([name, amount]) => !/storage/.test(name) && !(name.startsWith('hugepages') && amount === '0'))
    .map(([name, amount]) => `${name} ${quantityText(amount)}`)
    .join(', ');
}

// As Kubernetes writes memory: "26421204Ki".
function quantityText(amount) {
  const kibibytes = /^(\d+)Ki$/.exec(amount)?.[1];
  return kibibytes === undefined ? String(amount) : `${(kibibytes / 1048576).toFixed(1)} GiB`;
}

// Any value of an object's data, as one line.
export function valueText(value) {
  if (Array.isArray(value)) {
    return value.map(valueText).join(', ');
  }
  if (value !== null && typeof value === 'object') {
    return Object.entries(value)
      .map(([name, part]) => `${name} ${valueText(part)}`)
      .join(', ');
  }
  return value === null || value === undefined ? '' : String(value);
}

// "containerId" -> "container id"
export function memberText(name) {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

export const isTime = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value);

// {what, text} of {before, after}: new, changed or gone, and in which way.
export function describe({before, after}) {
  if (!after) {
    return {what: 'gone', text: ''};
  }
  const state = stateOf(after);
  if (!before) {
    return {what: 'new', text: state?.text ?? ''};
  }
  const members = new Set([...Object.keys(before.data), ...Object.keys(after.data)]);
  const parts = [];
  for (const name of members) {
    const [old, now] = [valueText(before.data[name]), valueText(after.data[name])];
    if (old !== now) {
      parts.push(`${memberText(name)} ${shortened(old) || '–'} → ${shortened(now) || '–'}`);
    }
  }
  return {what: 'changed', text: parts.join('; ') || 'labels'};
}

function shortened(text) {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
