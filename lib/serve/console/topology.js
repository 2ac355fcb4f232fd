// SPDX-License-Identifier: Apache-2.0
// Where everything of a cluster is drawn: tiers of nodes below each other, pods inside of their nodes. Pure: it
// knows no page, only sizes.

const GAP = 16; // between boxes
const INNER = 12; // between a box and what is in it
const HEAD = 50; // of a box: name and state
const TITLE = 26; // of a tier
const NARROW = 236; // of a box
const BROAD = 340;
const LINE = 20; // of a pod that is named
const SQUARE = 15; // of one that is not, with the gap after it
const MOST_NAMED = 14; // pods in a node, while they are named
const CHARACTER = 6.7; // how wide, at 11 px

const TIERS = [
  {role: 'external-load-balancer', one: 'Load balancer', many: 'Load balancers'},
  {role: 'control-plane', one: 'Control plane', many: 'Control planes'},
  {role: 'worker', one: 'Worker', many: 'Workers'},
];

// nodes: [{id, role, item}], pods: [{id, node, item}], width in pixels. Gives
// {width, height, isNamed, tiers: [{key, title, y}], boxes: [{key, node, pods, x, y, width, height}],
//  pods: [{key, pod, x, y, width}], links: [{key, path}]}.
export function layOut(nodes, pods, width) {
  const podsOf = sorted(nodes, pods);
  const isNamed = [...podsOf.values()].every((own) => own.length <= MOST_NAMED);
  const drawing = {width, height: 0, isNamed, tiers: [], boxes: [], pods: [], links: []};
  let above = null;
  for (const {key, title, members} of tiersOf(nodes, podsOf)) {
    drawing.tiers.push({key, title, y: drawing.height + 14});
    const boxes = placeTier(drawing, members, podsOf);
    // What is not in any node hangs from nothing.
    if (above && key !== '') {
      drawing.links.push(...linksOf(above, boxes));
    }
    above = boxes;
  }
  // Below the last one there is nothing to keep a distance from.
  drawing.height = Math.max(0, drawing.height - GAP - GAP / 2);
  return drawing;
}

// Node -> its pods; those of no node there is, as of ''.
function sorted(nodes, pods) {
  const podsOf = new Map(nodes.map(({id}) => [id, []]));
  for (const pod of pods) {
    const node = podsOf.has(pod.node) ? pod.node : '';
    if (!podsOf.has(node)) {
      podsOf.set(node, []);
    }
    podsOf.get(node).push(pod);
  }
  return podsOf;
}

function tiersOf(nodes, podsOf) {
  const tiers = TIERS.map(({role, one, many}) => {
    const members = nodes.filter((node) => node.role === role);
    return {key: role, title: members.length === 1 ? one : `${members.length} ${many.toLowerCase()}`, members};
  });
  const others = nodes.filter((node) => TIERS.every(({role}) => node.role !== role));
  tiers.push({key: 'other', title: 'Other nodes', members: others});
  if (podsOf.has('')) {
    tiers.push({key: '', title: 'On no node yet', members: [{id: '', role: ''}]});
  }
  return tiers.filter(({members}) => members.length > 0);
}

function placeTier(drawing, members, podsOf) {
  const columns = Math.max(1, Math.min(members.length, Math.floor((drawing.width + GAP) / (NARROW + GAP))));
  const width = Math.min(drawing.isNamed ? BROAD : 2 * BROAD, (drawing.width - GAP * (columns - 1)) / columns);
  const left = Math.max(0, (drawing.width - columns * width - GAP * (columns - 1)) / 2);
  const boxes = [];
  let y = drawing.height + TITLE;
  for (let first = 0; first < members.length; first += columns) {
    const row = members.slice(first, first + columns).map((node, i) => {
      const own = podsOf.get(node.id) ?? [];
      return {
        key: node.id,
        node,
        pods: own,
        x: left + i * (width + GAP),
        y,
        width,
        row: first,
        height: heightOf(own.length, width, drawing.isNamed, node.id === ''),
      };
    });
    y += Math.max(...row.map((box) => box.height)) + GAP;
    boxes.push(...row);
  }
  for (const box of boxes) {
    placePods(drawing, box);
  }
  drawing.boxes.push(...boxes);
  drawing.height = y + GAP / 2;
  return boxes;
}

const squaresIn = (width) => Math.max(1, Math.floor((width - 2 * INNER) / SQUARE));

function heightOf(count, width, isNamed, isBare) {
  const lines = isNamed ? count : Math.ceil(count / squaresIn(width));
  return (isBare ? INNER : HEAD) + (count === 0 ? 0 : lines * (isNamed ? LINE : SQUARE) + INNER);
}

function placePods(drawing, box) {
  const top = box.y + (box.key === '' ? INNER : HEAD);
  const perLine = squaresIn(box.width);
  box.pods.forEach((pod, i) => {
    const place = drawing.isNamed
      ? {x: box.x + INNER, y: top + i * LINE, width: box.width - 2 * INNER}
      : {x: box.x + INNER + (i % perLine) * SQUARE, y: top + Math.floor(i / perLine) * SQUARE, width: SQUARE - 3};
    drawing.pods.push({key: pod.id, pod, ...place});
  });
}

// From the middle of what is above to the top of each in the first row below.
function linksOf(above, below) {
  const last = above.filter((box) => box.row === above.at(-1).row);
  const x = (last[0].x + last.at(-1).x + last.at(-1).width) / 2;
  const bottom = Math.max(...last.map((box) => box.y + box.height));
  const firsts = below.filter((box) => box.row === 0);
  const bus = firsts[0].y - TITLE / 2 - 3;
  const joins =
    last.length === 1
      ? []
      : last.map((box) => ({key: `up ${box.key}`, path: elbow(middle(box), box.y + box.height, x, bottom + GAP / 2)}));
  return [
    ...joins,
    ...firsts.map((box) => {
      const start = last.length === 1 ? bottom : bottom + GAP / 2;
      return {key: `down ${box.key}`, path: elbow(x, start, middle(box), box.y, bus)};
    }),
  ];
}

const middle = (box) => box.x + box.width / 2;

function elbow(x, y, toX, toY, bend = toY) {
  const [a, b, c, d, e] = [x, y, toX, toY, bend].map(Math.round);
  return a === c ? `M${a} ${b}V${d}` : `M${a} ${b}V${e}H${c}V${d}`;
}

// As much of a text as fits.
export function fitted(text, width) {
  const most = Math.max(1, Math.floor(width / CHARACTER));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
