import type { Arrangement } from './arrangement.ts';
import type { Drawing, Element, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import {
  type Area,
  type Columns,
  halfStrip,
  railSpare,
  type Spot,
  stripArea,
  stripOffset,
} from './placement.ts';
import { hasStrip, type Rows } from './rows.ts';

/** The price of what may not be: two things in one place, operators of a rail out of order. */
const HARD = 400;

/** What a place on an element's row costs, as far as it is known where everything else stands. */
export type Price = (x: number) => number;

/** Everything that prices depend on; `spots` moves on as elements are slid. */
export interface Setting {
  readonly drawing: Drawing;
  readonly arrangement: Arrangement;
  readonly rows: Rows;
  readonly frame: Frame;
  /** Gates from left to right. */
  readonly order: readonly ElementId[];
  readonly columns: Columns;
  readonly spots: ReadonlyMap<ElementId, Spot>;
  /** Elements that stand where the gates put them. */
  readonly fixed: ReadonlySet<ElementId>;
  /** The leftmost cell of the body that an element's middle may take. */
  readonly inner: number;
}

/** Makes the prices of a setting: for an element, what each x on its row would cost. */
export function pricing(setting: Setting): (element: Element) => Price {
  const { drawing, arrangement, rows, order, columns, spots, fixed, inner } = setting;
  const { elements, states } = drawing;
  const { rails, readers, depths } = arrangement;
  const railOf = new Map(
    rails.flatMap(({ members }, rail) => members.map((id, k) => [id, { rail, k }] as const)),
  );
  const exits = new Set(rows.buses.flatMap(({ exit }) => (exit === undefined ? [] : [states[exit]?.after])));
  const isGate = (id: ElementId) => elements[id]?.kind === 'gate';
  const along = alongRails(setting);
  const shapeOf = shapes(setting);

  /** In line with what it reads and what reads it: length, and a bend where it is not. */
  const pulls = ({ id, feeds }: Element, own: Spot): Price[] => {
    const rail = railOf.get(id)?.rail ?? -1;
    const near = [
      ...feeds.map(({ from }) => from),
      ...(readers[id] ?? []).map(({ to }) => to).filter((to) => !fixed.has(to) || !isGate(to)),
    ];
    return near.flatMap((other): Price[] => {
      const spot = spots.get(other);
      if (spot === undefined || railOf.get(other)?.rail === rail) return [];
      // Along a rail it is no way at all to what hangs from it.
      if (rail >= 0 && depths.has(other)) return [];
      if (spot.y === own.y) {
        const least = spot.halfWidth + own.halfWidth + 1;
        return [(x) => Math.abs(x - spot.x) + (Math.abs(x - spot.x) < least ? 12 : 0)];
      }
      const blocked = 9 * between(spots, id, other, spot, own);
      return [
        (x) => {
          const distance = Math.abs(x - spot.x);
          return distance + (distance === 0 ? blocked : distance < 3 ? 7 : 2);
        },
      ];
    });
  };

  /** Left of the gate that reads it from the side; in the middle of the two below that it reads. */
  const sides = ({ id, feeds }: Element, own: Spot): Price[] => {
    const gates = (readers[id] ?? []).filter(({ to }) => isGate(to) && !depths.has(id));
    const left = gates.flatMap(({ to }): Price[] => {
      const gate = spots.get(to);
      if (gate === undefined) return [];
      const edge = gate.x - gate.halfWidth - 3;
      return [(x) => (edge < x ? 20 + x - edge : (edge - x) / 2)];
    });
    const [first, second] = feeds.map(({ from }) => spots.get(from));
    if (railOf.has(id) || first === undefined || second === undefined || feeds.length !== 2) return left;
    if (first.y <= own.y || second.y <= own.y) return left;
    const [a, b] = [first.x, second.x];
    return [...left, (x) => Math.min(Math.abs(a + b - 2 * x) / 4, Math.abs(a - x), Math.abs(b - x))];
  };

  /** On a rail in its order, with room for the strips between; what hangs from it right of what it reads. */
  const inOrder = ({ id, feeds }: Element, own: Spot): Price[] => {
    const on = railOf.get(id);
    if (on === undefined)
      return feeds.flatMap(({ from }): Price[] => {
        const read = railOf.get(from);
        const operator = spots.get(from);
        if (read === undefined || operator === undefined || operator.y > own.y) return [];
        const next = spots.get(rails[read.rail]?.members[read.k + 1] ?? -1);
        const least = operator.x + operator.halfWidth + 2;
        const most = next === undefined ? Number.POSITIVE_INFINITY : next.x - next.halfWidth - 2;
        return [(x) => (x < least ? HARD + 20 * (least - x) : 0) + (x > most ? HARD / 4 : 0)];
      });
    const { members, source } = rails[on.rail] ?? { members: [], source: -1 };
    const before = members[on.k - 1];
    const after = members[on.k + 1];
    const drops = columns.drops.some((drop, row) => drop !== undefined && rows.buses[row]?.source === source);
    const left =
      before === undefined ? inner + (drops ? 3 : 2) : (spots.get(before)?.x ?? 0) + along(before, id);
    const right =
      after === undefined ? Number.POSITIVE_INFINITY : (spots.get(after)?.x ?? 0) - along(id, after);
    return [(x) => (x < left ? HARD + 20 * (left - x) : 0) + (x > right ? HARD / 8 + 4 * (x - right) : 0)];
  };

  /** Clear of everything else, and of the columns in which other gates' wires rise. */
  const clear = ({ id, feeds }: Element, own: Spot): Price[] => {
    // Two that a straight wire joins may stand closer than others, which need a track between them.
    const joined = new Set([...feeds.map(({ from }) => from), ...(readers[id] ?? []).map(({ to }) => to)]);
    const mine = shapeOf(id);
    const others: Area[] = [];
    for (const [other, { x }] of spots)
      if (other !== id)
        for (const area of shapeOf(other))
          if (mine.some(({ top, bottom }) => area.top <= bottom && top <= area.bottom))
            others.push({
              ...area,
              left: area.left + x - (joined.has(other) && spots.get(other)?.y === own.y ? 0 : 1),
              right: area.right + x + (joined.has(other) && spots.get(other)?.y === own.y ? 0 : 1),
            });
    const rising = order.flatMap((gate) => {
      const spot = spots.get(gate);
      const up = (readers[gate] ?? []).some(({ to }) => to !== id && (spots.get(to)?.y ?? 0) < own.y);
      return spot !== undefined && up && own.y <= rows.gateTop ? [spot.x] : [];
    });
    return [
      (x) => {
        let cost = 0;
        for (const { left, right, top, bottom } of mine) {
          if (x + left < inner - 1) cost += HARD;
          for (const theirs of others)
            if (
              x + left <= theirs.right &&
              theirs.left <= x + right &&
              top <= theirs.bottom &&
              theirs.top <= bottom
            )
              cost += HARD / 2;
        }
        for (const column of rising) if (Math.abs(column - x) < own.halfWidth + 1) cost += 20;
        return cost;
      },
    ];
  };

  /** What goes out below stands right of the gates. */
  const beyond = columns.right + (setting.frame.outside ? 2 : 3);
  const outside = ({ id }: Element): Price[] =>
    exits.has(id) ? [(x) => (x < beyond ? 14 + beyond - x : 0)] : [];

  return (element) => {
    const own = spots.get(element.id);
    if (own === undefined) return () => 0;
    const terms = [
      ...pulls(element, own),
      ...sides(element, own),
      ...inOrder(element, own),
      ...outside(element),
      ...clear(element, own),
    ];
    return (x) => {
      let cost = 0;
      for (const term of terms) cost += term(x);
      return cost;
    };
  };
}

/** Cells from one operator of a rail to the next: with room for the strip between them. */
function alongRails({
  drawing,
  arrangement,
  frame,
  spots,
}: Setting): (id: ElementId, next: ElementId) => number {
  return (id, next) => {
    const element = drawing.elements[id];
    const half = (spots.get(id)?.halfWidth ?? 1) + (spots.get(next)?.halfWidth ?? 1);
    const strip = element !== undefined && hasStrip(drawing, arrangement, element);
    const clear = frame.letters ? 3 : 1;
    return half + (strip ? 2 * halfStrip(frame) + clear + spareOnRail(drawing, frame, element) : 2);
  };
}

/** Cells by which an element's name and number are longer than the strip below them. */
export function spareOnRail(drawing: Drawing, frame: Frame, { name, node }: Element): number {
  return railSpare(name === undefined ? drawing.labels[node] : [{ letter: name }], frame);
}

/** What an element covers, its strip included, from its middle to the sides; worked out once. */
export function shapes({
  drawing,
  arrangement,
  rows,
  frame,
  spots,
}: Pick<Setting, 'drawing' | 'arrangement' | 'rows' | 'frame' | 'spots'>): (
  id: ElementId,
) => readonly Area[] {
  const known = new Map<ElementId, readonly Area[]>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const element = drawing.elements[id];
    const { y, halfWidth, halfHeight } = spots.get(id) ?? { y: 0, halfWidth: 1, halfHeight: 1 };
    const box = {
      left: -halfWidth,
      right: halfWidth,
      top: Math.floor(y - halfHeight),
      bottom: Math.ceil(y + halfHeight),
    };
    const offset = stripOffset(drawing, arrangement, id);
    const base = element?.kind === 'gate' ? rows.gateTop : y;
    const name =
      element?.name === undefined ? drawing.labels[element?.node ?? -1] : [{ letter: element.name }];
    const made = offset === undefined ? [box] : [box, stripArea(0, base - offset.up, name, frame)];
    known.set(id, made);
    return made;
  };
}

/** How many stand between two that are one above the other. */
function between(
  spots: ReadonlyMap<ElementId, Spot>,
  id: ElementId,
  other: ElementId,
  spot: Spot,
  own: Spot,
): number {
  const [top, bottom] = spot.y < own.y ? [spot.y, own.y] : [own.y, spot.y];
  let count = 0;
  for (const [third, { x, y, halfWidth }] of spots)
    if (third !== id && third !== other && y > top && y < bottom && Math.abs(x - spot.x) <= halfWidth)
      count++;
  return count;
}
