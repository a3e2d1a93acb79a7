import type { Arrangement } from './arrangement.ts';
import type { Drawing, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import { type Grid, NOBODY } from './grid.ts';
import { type Area, halfStrip, type Placement, railSpare, stripArea } from './placement.ts';
import type { Rows } from './rows.ts';

/** Boxes, strips and margins, before any wire is laid. */
export function cover(grid: Grid, drawing: Drawing, rows: Rows, placement: Placement, frame: Frame): void {
  const { spots, strips, ports, bodyLeft, bodyRight, width } = placement;
  const { elements, labels, states } = drawing;
  const area = ({ left, top, right, bottom }: Area, element?: ElementId) =>
    grid.cover(left, top, right, bottom, element);
  if (frame.outside) {
    grid.cover(0, 0, bodyLeft, rows.height);
    grid.cover(bodyRight, 0, width, rows.height);
    grid.cover(0, rows.bodyBottom, width, rows.height);
  }
  // What goes out on a bus passes the margin on its row.
  if (frame.outside)
    for (const { exit, y } of rows.buses)
      if (exit !== undefined)
        for (const x of [bodyRight, bodyRight + 1]) grid.owner[grid.cell(x, y)] = NOBODY;
  const highest = Math.min(rows.gateTop, ...rows.rails);
  grid.cover(0, 0, width, rows.rails.length === 0 ? rows.bodyTop : highest - 1);
  for (const { id, feeds } of elements) {
    const spot = spots.get(id);
    if (spot === undefined) continue;
    const { x, y, halfWidth, halfHeight } = spot;
    if (ports.has(id)) {
      grid.cover(x - halfWidth, rows.gateTop, x + halfWidth, rows.gateBottom, id);
      continue;
    }
    // Beside an operator in which order matters there is always room for the sign of an operand.
    if (feeds.some(({ mark }) => mark !== undefined))
      for (const [dx, dy] of [
        [2, 1],
        [1, 2],
      ] as const)
        for (const sx of [-1, 1])
          for (const sy of [-1, 1]) grid.cover(x + sx * dx, y + sy * dy, x + sx * dx, y + sy * dy);
    grid.cover(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, id);
    grid.hubs.add(grid.cell(x, y));
  }
  for (const [id, { x, y }] of strips) {
    const element = elements[id];
    const name = element?.name === undefined ? labels[element?.node ?? -1] : [{ letter: element.name }];
    const level = spots.get(id)?.y === y;
    const left = Math.floor(x - halfStrip(frame)) - railSpare(name, frame);
    const right = Math.ceil(x + halfStrip(frame));
    area(level ? { ...stripArea(x, y, undefined, frame), left, right } : stripArea(x, y, name, frame));
  }
  if (frame.letters)
    for (const [gate, own] of ports) {
      const bottoms = own.filter((port) => port?.side === 'bottom').map(({ x }) => x);
      for (const [feed, port] of own.entries()) {
        if (port?.side !== 'bottom' || elements[gate]?.feeds[feed]?.letter === undefined) continue;
        const right = bottoms.length > 1 && port.x === Math.max(...bottoms);
        grid.cover(right ? port.x + 1 : port.x - 2, port.y + 1, right ? port.x + 2 : port.x - 1, port.y + 2);
      }
    }
  if (!frame.outside) {
    // What goes out stands in the body's right corner, its name above it.
    const half = halfStrip(frame);
    for (const y of rows.rails) grid.cover(width - 2 * half - 1, y - 2, width, y + 1);
    for (const { exit, y } of rows.buses)
      if (exit !== undefined) {
        const x = exitColumn(placement, frame, states[exit]?.after ?? -1);
        grid.cover(x - half, y - 2, width, y + 1);
      }
    const sources = [...rows.rails, ...rows.buses.flatMap(({ drop, y }) => (drop === undefined ? [y] : []))];
    const edge = Math.ceil(frame.strip / frame.cell);
    for (const y of sources) grid.cover(0, y - 2, edge - 1, y + 1);
    if (states.length > 0) grid.cover(0, 0, edge - 1, rows.height);
  }
}

/** On a phone: the column on which a state goes out downward, straight below its operator where there is room. */
export function exitColumn({ spots, ports, width }: Placement, frame: Frame, after: ElementId): number {
  const half = halfStrip(frame);
  const most = width - 1 - half;
  const taps = [...ports.values()].flat().flatMap((port) => (port?.side === 'bottom' ? [port.x] : []));
  const least = Math.max(0, ...taps) + half + 1;
  const straight = ports.has(after) ? undefined : spots.get(after)?.x;
  return Math.min(most, Math.max(least, straight ?? most));
}

/** The column on which x comes in from below: left of its first tap, or right under its only one. */
export function inputColumn(
  { elements }: Drawing,
  { columns }: Arrangement,
  rows: Rows,
  { ports, bodyLeft, drops }: Placement,
  frame: Frame,
): number | undefined {
  const input = elements.find(({ kind }) => kind === 'input');
  if (input === undefined || !rows.buses.some(({ source }) => source === input.id)) return undefined;
  const taps = [...ports].flatMap(([gate, own]) =>
    own.flatMap((port, feed) => {
      const base = columns.find((column) => column.gate === gate && column.feed === feed)?.base;
      return (base ?? elements[gate]?.feeds[feed])?.from === input.id && port.side === 'bottom'
        ? [port.x]
        : [];
    }),
  );
  const [only] = taps;
  if (!frame.outside) return Math.ceil(frame.strip / frame.cell);
  if (taps.length === 1 && only !== undefined) return only;
  const usual = bodyLeft + 4;
  const taken = drops.some((drop) => drop === usual);
  return Math.min(taken ? usual + 1 : usual, ...taps);
}
