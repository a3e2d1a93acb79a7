import type { Arrangement } from './arrangement.ts';
import type { Drawing, Element, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import { gateColumns, halfStrip, halfWidthOf, type Placement, type Spot, stripOffset } from './placement.ts';
import { pricing, shapes, spareOnRail } from './price.ts';
import { hasStrip, type Rows } from './rows.ts';

const ROUNDS = 6;
/** Rounds of pushing gates right of the rail's end that they read. */
const PUSHES = 4;
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
  const at = (least: ReadonlyMap<ElementId, number>, carefully: boolean) =>
    slide(drawing, arrangement, rows, frame, order, size, least, carefully);
  let least: ReadonlyMap<ElementId, number> = new Map();
  let slid = at(least, false);
  for (let push = 0; push < PUSHES; push++) {
    const next = pushed(drawing, arrangement, slid, least);
    if (next === undefined) return thorough ? at(least, true) : slid;
    least = next;
    slid = at(least, false);
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
  const { elements } = drawing;
  const { rails, readers, depths } = arrangement;
  const columns = gateColumns(drawing, arrangement, rows, frame, order, size, least);
  const { spots, ports, drops, bodyLeft } = columns;
  const fixed = new Set(spots.keys());
  const moving = elements.filter(
    ({ id, kind }) => (kind === 'operator' || kind === 'pill') && !fixed.has(id),
  );
  const inner = frame.outside ? bodyLeft + 2 : 8;
  const furthest = columns.right + 18;
  const onRail = new Map(rails.flatMap(({ members }, rail) => members.map((id) => [id, rail] as const)));

  const start = ({ id, feeds }: Element): number => {
    const rail = onRail.get(id);
    const known = feeds
      .filter(({ from }) => rail === undefined || onRail.get(from) !== rail)
      .map(({ from }) => spots.get(from)?.x)
      .filter((x) => x !== undefined);
    const hangs = depths.has(id) ? 6 : 0;
    if (known.length === 0) return inner + 4;
    return hangs + Math.round(known.reduce((sum, x) => sum + x, 0) / known.length);
  };
  for (const element of moving) {
    const { id, kind, label } = element;
    const halfWidth = halfWidthOf(kind, label, frame);
    spots.set(id, { x: start(element), y: rows.y.get(id) ?? 0, halfWidth, halfHeight: 1 });
  }
  const setting = { drawing, arrangement, rows, frame, order, columns, spots, fixed, inner };
  const priceOf = pricing(setting);
  const shapeOf = shapes(setting);

  const slideEach = () => {
    for (let round = 0; round < ROUNDS; round++) {
      let moved = false;
      for (const element of moving) {
        const spot = spots.get(element.id);
        if (spot === undefined) continue;
        const price = priceOf(element);
        let best = spot.x;
        let least = price(best);
        for (let x = inner; x <= furthest; x++) {
          const cost = price(x);
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
    moving.reduce((sum, element) => sum + priceOf(element)(spots.get(element.id)?.x ?? 0), 0);
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
    for (const area of shapeOf(id)) right = Math.max(right, spot.x + area.right);
    const offset = stripOffset(drawing, arrangement, id);
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
        const longer = spareOnRail(drawing, frame, element);
        const more = room > 2 * halfStrip(frame) + longer ? longer : 0;
        const middle = (here.x + here.halfWidth + there.x - there.halfWidth + more) / 2;
        strips.set(id, { x: middle, y: here.y });
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
