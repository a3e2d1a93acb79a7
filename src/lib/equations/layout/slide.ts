import type { Arrangement } from './arrangement.ts';
import type { Drawing, Element, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import {
  type Area,
  gateColumns,
  halfStrip,
  halfWidthOf,
  type Placement,
  railSpare,
  type Spot,
  stripArea,
  stripOffset,
} from './placement.ts';
import { hasStrip, type Rows } from './rows.ts';

const ROUNDS = 6;
/** Rounds of pushing gates right of the rail's end that they read. */
const PUSHES = 4;
const HARD = 400;
/** Cells that several move at once, at most. */
const REACH = 14;

export interface Size {
  readonly gate: number;
  readonly gap: number;
}

/** A placement, and how far its elements are from standing above one another. */
export interface Slid extends Placement {
  readonly cost: number;
}

/**
 * Gates in a given order, and everything else slid along its row to the cheapest place: in line with what it reads
 * and what reads it, clear of boxes and strips.
 */
export function place(
  drawing: Drawing,
  arrangement: Arrangement,
  rows: Rows,
  frame: Frame,
  order: readonly ElementId[],
  size: Size,
  thorough: boolean,
): Slid {
  let least: ReadonlyMap<ElementId, number> = new Map();
  let slid = slide(drawing, arrangement, rows, frame, order, size, least, thorough);
  for (let push = 0; push < PUSHES; push++) {
    const next = pushed(drawing, arrangement, slid, least);
    if (next === undefined) break;
    least = next;
    slid = slide(drawing, arrangement, rows, frame, order, size, least, thorough);
  }
  return slid;
}

/** A gate that reads what stands on or hangs from a rail stands right of it; undefined where all do. */
function pushed(
  { elements }: Drawing,
  { rails, depths, gates }: Arrangement,
  { spots }: Slid,
  least: ReadonlyMap<ElementId, number>,
): ReadonlyMap<ElementId, number> | undefined {
  const high = new Set([...rails.flatMap(({ members }) => members), ...depths.keys()]);
  const next = new Map(least);
  for (const id of gates) {
    const gate = spots.get(id);
    if (gate === undefined) continue;
    for (const { from } of elements[id]?.feeds ?? []) {
      const read = spots.get(from);
      if (read === undefined || !high.has(from)) continue;
      const edge = read.x + read.halfWidth + 6;
      if (gate.x - gate.halfWidth < edge) next.set(id, Math.max(next.get(id) ?? 0, edge));
    }
  }
  return [...next].every(([id, edge]) => least.get(id) === edge) ? undefined : next;
}

function slide(
  drawing: Drawing,
  arrangement: Arrangement,
  rows: Rows,
  frame: Frame,
  order: readonly ElementId[],
  size: Size,
  least: ReadonlyMap<ElementId, number>,
  thorough: boolean,
): Slid {
  const { elements, states } = drawing;
  const { rails, readers, depths } = arrangement;
  const columns = gateColumns(drawing, arrangement, rows, frame, order, size, least);
  const { spots, ports, drops, bodyLeft } = columns;
  const fixed = new Set(spots.keys());
  const railOf = new Map(
    rails.flatMap(({ members }, rail) => members.map((id, k) => [id, { rail, k }] as const)),
  );
  const exits = new Set(rows.buses.flatMap(({ exit }) => (exit === undefined ? [] : [states[exit]?.after])));
  const offsets = new Map(elements.map(({ id }) => [id, stripOffset(drawing, arrangement, id)]));
  const moving = elements.filter(
    ({ id, kind }) => (kind === 'operator' || kind === 'pill') && !fixed.has(id),
  );
  const inner = frame.outside ? bodyLeft + 2 : 8;
  const furthest = columns.right + 18;

  /** Cells by which a name and a number are longer than the strip below them. */
  const longer = (id: ElementId): number => {
    const { node = -1, name } = elements[id] ?? {};
    return railSpare(name === undefined ? drawing.labels[node] : [{ letter: name }], frame);
  };
  /** Strips between two operators of a rail need this much from one to the other. */
  const along = (id: ElementId, next: ElementId) => {
    const element = elements[id];
    const half = (spots.get(id)?.halfWidth ?? 1) + (spots.get(next)?.halfWidth ?? 1);
    const strip = element !== undefined && hasStrip(drawing, arrangement, element);
    return half + (strip ? 2 * halfStrip(frame) + 3 + longer(id) : 2);
  };
  /** What an element covers, its strip included, from its middle to the sides. */
  const shapes = new Map<ElementId, readonly Area[]>();
  const shapeOf = (id: ElementId): readonly Area[] => {
    const known = shapes.get(id);
    if (known !== undefined) return known;
    const { kind, node, name } = elements[id] ?? { kind: 'pill', node: -1, name: undefined };
    const { y, halfWidth, halfHeight } = spots.get(id) ?? { y: 0, halfWidth: 1, halfHeight: 1 };
    const box = {
      left: -halfWidth,
      right: halfWidth,
      top: Math.floor(y - halfHeight),
      bottom: Math.ceil(y + halfHeight),
    };
    const offset = offsets.get(id);
    const base = kind === 'gate' ? rows.gateTop : y;
    const label = name === undefined ? drawing.labels[node] : [{ letter: name }];
    const made = offset === undefined ? [box] : [box, stripArea(0, base - offset.up, label, frame)];
    shapes.set(id, made);
    return made;
  };
  const areasOf = (id: ElementId, x: number): Area[] =>
    shapeOf(id).map((area) => ({ ...area, left: area.left + x, right: area.right + x }));
  const start = (id: ElementId): number => {
    const known = [
      ...(elements[id]?.feeds ?? []).map(({ from }) => from),
      ...(readers[id] ?? []).map(({ to }) => to),
    ]
      .map((other) => spots.get(other)?.x)
      .filter((x) => x !== undefined);
    const hangs = depths.has(id) ? 6 : 0;
    return known.length === 0
      ? inner + 4
      : hangs + Math.round(known.reduce((sum, x) => sum + x, 0) / known.length);
  };
  for (const { id, kind, label } of moving)
    spots.set(id, {
      x: start(id),
      y: rows.y.get(id) ?? 0,
      halfWidth: halfWidthOf(kind, label, frame),
      halfHeight: 1,
    });

  const othersOf = (id: ElementId): Area[] =>
    [...spots].flatMap(([other, { x }]) => (other === id ? [] : areasOf(other, x)));
  const costAt = (element: Element, x: number, others: readonly Area[]): number => {
    const { id, feeds } = element;
    const own = spots.get(id);
    if (own === undefined) return 0;
    const rail = railOf.get(id);
    let cost = 0;
    const pull = (other: ElementId, weight: number) => {
      const spot = spots.get(other);
      if (spot === undefined || railOf.get(other)?.rail === (rail?.rail ?? -1)) return;
      // Along a rail it is no way at all to what hangs from it.
      if (rail !== undefined && depths.has(other)) return;
      const distance = Math.abs(x - spot.x);
      // A pill beside its operator is a straight wire away.
      const level = spot.y === own.y;
      if (level) cost += weight * (distance + (distance < spot.halfWidth + own.halfWidth + 2 ? 12 : 0));
      else cost += weight * (distance + (distance === 0 ? 0 : distance < 3 ? 7 : 2));
      if (distance === 0 && !level) cost += blockedBetween(id, other, x, spot, own);
    };
    for (const { from } of feeds) pull(from, 1);
    for (const { to } of readers[id] ?? []) if (!fixed.has(to) || elements[to]?.kind !== 'gate') pull(to, 1);
    // A value that a gate reads from the side stands left of it.
    for (const { to } of readers[id] ?? []) {
      const gate = spots.get(to);
      if (gate !== undefined && elements[to]?.kind === 'gate' && !depths.has(id)) {
        const room = gate.x - gate.halfWidth - 3 - x;
        cost += room < 0 ? 20 - room : room / 2;
      }
    }
    // Between two that it reads, it stands in the middle.
    const [first, second] = feeds.map(({ from }) => spots.get(from));
    if (
      rail === undefined &&
      first !== undefined &&
      second !== undefined &&
      first.y > own.y &&
      second.y > own.y &&
      feeds.length === 2
    )
      cost += Math.min(
        Math.abs(first.x + second.x - 2 * x) / 4,
        Math.abs(first.x - x),
        Math.abs(second.x - x),
      );
    if (rail !== undefined) {
      const { members, source } = rails[rail.rail] ?? { members: [], source: -1 };
      const before = members[rail.k - 1];
      const after = members[rail.k + 1];
      const left =
        before === undefined
          ? inner +
            (drops.some((drop, row) => drop !== undefined && rows.buses[row]?.source === source) ? 3 : 2)
          : (spots.get(before)?.x ?? 0) + along(before, id);
      if (x < left) cost += HARD + 20 * (left - x);
      const right =
        after === undefined ? Number.POSITIVE_INFINITY : (spots.get(after)?.x ?? 0) - along(id, after);
      if (x > right) cost += HARD / 8 + 4 * (x - right);
    }
    // What hangs from a rail stands right of the operator whose value it reads, and before the next.
    if (rail === undefined)
      for (const { from } of feeds) {
        const on = railOf.get(from);
        const operator = spots.get(from);
        if (on === undefined || operator === undefined || operator.y > own.y) continue;
        const next = spots.get(rails[on.rail]?.members[on.k + 1] ?? -1);
        const least = operator.x + operator.halfWidth + 2;
        const most = next === undefined ? Number.POSITIVE_INFINITY : next.x - next.halfWidth - 2;
        if (x < least) cost += HARD + 20 * (least - x);
        if (x > most) cost += HARD / 4;
      }
    if (exits.has(id)) {
      const room = columns.right + 2 - x;
      if (room > 0) cost += 14 + room;
    }
    for (const mine of areasOf(id, x)) {
      if (mine.left < inner - 1) cost += HARD;
      for (const theirs of others) if (meet(mine, theirs)) cost += HARD / 2;
    }
    // The column above a gate is its own wire's.
    for (const gate of order) {
      const spot = spots.get(gate);
      if (spot === undefined || rows.gateTop < own.y) continue;
      const reads = (readers[gate] ?? []).some(({ to }) => to !== id && (spots.get(to)?.y ?? 0) < own.y);
      if (reads && Math.abs(spot.x - x) < own.halfWidth + 1) cost += 20;
    }
    return cost;
  };
  const blockedBetween = (id: ElementId, other: ElementId, x: number, spot: Spot, own: Spot): number => {
    const [top, bottom] = spot.y < own.y ? [spot.y, own.y] : [own.y, spot.y];
    let cost = 0;
    for (const [third, between] of spots)
      if (
        third !== id &&
        third !== other &&
        between.y > top &&
        between.y < bottom &&
        Math.abs(between.x - x) <= between.halfWidth
      )
        cost += 9;
    return cost;
  };

  const slideEach = () => {
    for (let round = 0; round < ROUNDS; round++) {
      let moved = false;
      for (const element of moving) {
        const spot = spots.get(element.id);
        if (spot === undefined) continue;
        const others = othersOf(element.id);
        let best = spot.x;
        let least = costAt(element, best, others);
        for (let x = inner; x <= furthest; x++) {
          const cost = costAt(element, x, others);
          if (cost < least - 1e-9) [best, least] = [x, cost];
        }
        if (best === spot.x) continue;
        spots.set(element.id, { ...spot, x: best });
        moved = true;
      }
      if (!moved) break;
    }
  };
  const total = () =>
    moving.reduce(
      (sum, element) => sum + costAt(element, spots.get(element.id)?.x ?? 0, othersOf(element.id)),
      0,
    );
  /** What stands in one line with an element, up and down its wires; and everything from it to the right. */
  const together = (id: ElementId): ElementId[][] => {
    const x = spots.get(id)?.x ?? 0;
    const free = (other: ElementId) => spots.has(other) && !fixed.has(other);
    const line = new Set([id]);
    for (const member of line) {
      const near = [
        ...(elements[member]?.feeds ?? []).map(({ from }) => from),
        ...(readers[member] ?? []).map(({ to }) => to),
      ];
      for (const other of near) if (free(other) && spots.get(other)?.x === x) line.add(other);
    }
    const beyond = moving.map((element) => element.id).filter((other) => (spots.get(other)?.x ?? 0) >= x);
    return line.size > 1 ? [[...line], beyond] : [beyond];
  };
  const shift = (ids: readonly ElementId[], by: number) => {
    for (const id of ids) {
      const spot = spots.get(id);
      if (spot !== undefined) spots.set(id, { ...spot, x: spot.x + by });
    }
  };
  /** Moves several at once where each alone would not move. */
  const slideTogether = () => {
    let cost = total();
    for (const { id } of moving)
      for (const ids of together(id)) {
        let best = 0;
        for (let by = -REACH; by <= REACH; by++) {
          if (by === 0) continue;
          shift(ids, by);
          const next = total();
          shift(ids, -by);
          if (next < cost - 1e-9) [best, cost] = [by, next];
        }
        shift(ids, best);
      }
  };
  slideEach();
  if (thorough)
    for (let round = 0; round < 2; round++) {
      slideTogether();
      slideEach();
    }

  let cost = total();
  for (const [k, id] of order.entries()) for (const later of order.slice(k + 1)) if (later < id) cost += 0.6;
  const strips = new Map<ElementId, { x: number; y: number }>();
  let right = columns.right;
  for (const [id, spot] of spots) {
    for (const area of areasOf(id, spot.x)) right = Math.max(right, area.right);
    const offset = offsets.get(id);
    if (offset !== undefined)
      strips.set(id, { x: spot.x, y: (elements[id]?.kind === 'gate' ? rows.gateTop : spot.y) - offset.up });
  }
  for (const { members } of rails)
    for (const [k, id] of members.entries()) {
      const next = members[k + 1];
      const [here, there] = [spots.get(id), next === undefined ? undefined : spots.get(next)];
      const element = elements[id];
      if (here === undefined || there === undefined || element === undefined) continue;
      const room = there.x - there.halfWidth - here.x - here.halfWidth;
      if (hasStrip(drawing, arrangement, element) && room >= 2 * halfStrip(frame) + 1) {
        const more = room > 2 * halfStrip(frame) + longer(id) ? longer(id) : 0;
        const middle = (here.x + here.halfWidth + there.x - there.halfWidth + more) / 2;
        strips.set(id, { x: Math.round(middle), y: here.y });
      }
    }
  return {
    cost,
    spots,
    strips,
    ports,
    drops,
    order,
    ...sides(drawing, arrangement, rows, frame, bodyLeft, right, spots),
  };
}

/** Where the body ends, and the whole picture. On a phone what goes out stands inside, where its row is free. */
function sides(
  { states }: Drawing,
  { rails }: Arrangement,
  rows: Rows,
  frame: Frame,
  bodyLeft: number,
  right: number,
  spots: ReadonlyMap<ElementId, Spot>,
): Pick<Placement, 'bodyLeft' | 'bodyRight' | 'width'> {
  const strip = frame.strip / frame.cell;
  if (frame.outside) {
    const bodyRight = Math.max(bodyLeft + 26, right + 3);
    return { bodyLeft, bodyRight, width: Math.ceil(bodyRight + 1.6 + strip + 0.4) };
  }
  const furthest = Math.max(
    0,
    ...rails.map(({ members }) => {
      const end = spots.get(members.at(-1) ?? -1);
      return end === undefined ? 0 : end.x + end.halfWidth + 2 + strip;
    }),
  );
  const buses = rows.buses.some(({ exit }) => exit !== undefined && states[exit] !== undefined);
  const bodyRight = Math.ceil(
    Math.max(right + 1, furthest + 1, buses ? lowest(spots, rows) + strip + 1 : 0, 30),
  );
  return { bodyLeft, bodyRight, width: bodyRight };
}

/** How far right the gates' wires from below reach: what goes out on a bus stands right of them. */
function lowest(spots: ReadonlyMap<ElementId, Spot>, { gateTop }: Rows): number {
  let right = 0;
  for (const { x, y, halfWidth } of spots.values()) if (y > gateTop) right = Math.max(right, x + halfWidth);
  return right;
}

function meet(a: Area, b: Area): boolean {
  return a.left <= b.right + 1 && b.left <= a.right + 1 && a.top <= b.bottom && b.top <= a.bottom;
}
