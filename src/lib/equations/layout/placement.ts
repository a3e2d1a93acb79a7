import type { Arrangement } from './arrangement.ts';
import type { Drawing, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';
import type { Label } from './label.ts';
import { hasCaps, hasStrip, isCapped, type Rows, STRIP_ABOVE, STRIP_ABOVE_GATE, sideFeeds } from './rows.ts';
import { numberWidth, textWidth } from './text-width.ts';

/** Where an element stands, in cells: its middle, and how far its box reaches to the sides and up and down. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/** A rectangle of cells, bounds included. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a wire enters a gate. */
export interface Port {
  readonly x: number;
  readonly y: number;
  readonly side: 'bottom' | 'left';
}

export interface Placement {
  readonly spots: ReadonlyMap<ElementId, Spot>;
  /** Middles of strips inside the body. */
  readonly strips: ReadonlyMap<ElementId, { readonly x: number; readonly y: number }>;
  /** By gate, in the order of its feeds. */
  readonly ports: ReadonlyMap<ElementId, readonly Port[]>;
  /** Columns on which rail states drop to their bus, by bus. */
  readonly drops: readonly (number | undefined)[];
  readonly bodyLeft: number;
  readonly bodyRight: number;
  /** Of the whole picture, states outside the body included. */
  readonly width: number;
  /** Gates from left to right. */
  readonly order: readonly ElementId[];
}

export function halfStrip({ strip, cell }: Frame): number {
  return Math.ceil(strip / 2 / cell - 0.25);
}

/** Half the width of what is not a gate, in cells, for its label. */
export function halfWidthOf(kind: string, label: Label, frame: Frame): number {
  if (kind === 'operator') return 1;
  return Math.ceil(pillWidth(label, frame) / 2 / frame.cell);
}

export function pillWidth(label: Label, { cell, text }: Frame): number {
  return Math.max(5.2 * cell, textWidth(label, text) + 2 * cell);
}

/** Cells that a strip covers with its name and number above it; a long name begins further left. */
export function stripArea(x: number, y: number, name: Label | undefined, frame: Frame): Area {
  const half = halfStrip(frame);
  const spare = name === undefined ? 0 : textWidth(name, frame.text + 2) - frame.strip / 2 + 6;
  const more = frame.letters && spare > 0 ? Math.ceil(spare / frame.cell) : 0;
  return { left: x - half - more, top: y - 2, right: x + half, bottom: y };
}

/** Cells that a name and a number over a strip on a rail need beyond the strip. */
export function railSpare(name: Label | undefined, frame: Frame): number {
  if (name === undefined || !frame.letters) return 0;
  const width = textWidth(name, frame.text + 2) + numberWidth(frame.text) - 2;
  return Math.max(0, Math.ceil((width - frame.strip) / frame.cell));
}

/** Gates, what stands under them, and the room that they take. */
export interface Columns {
  readonly spots: Map<ElementId, Spot>;
  readonly ports: Map<ElementId, readonly Port[]>;
  readonly drops: readonly (number | undefined)[];
  readonly bodyLeft: number;
  readonly right: number;
}

/**
 * Gates, their ports and what stands under them, from left to right in an order.
 *
 * @param least the left edge that a gate may not pass, for gates that read a rail's end
 */
export function gateColumns(
  drawing: Drawing,
  arrangement: Arrangement,
  rows: Rows,
  frame: Frame,
  order: readonly ElementId[],
  size: { readonly gate: number; readonly gap: number },
  least: ReadonlyMap<ElementId, number>,
): Columns {
  const { elements } = drawing;
  const { columns } = arrangement;
  const spots = new Map<ElementId, Spot>();
  const ports = new Map<ElementId, readonly Port[]>();
  const bodyLeft = frame.outside ? 8 : 0;
  const inner = frame.outside ? bodyLeft + 1 : 7;
  const dropping = rows.buses.filter(({ drop }) => drop !== undefined).length;
  const drops = rows.buses.map(({ drop }) =>
    drop === undefined ? undefined : inner + (frame.outside ? 2 : 0) + 2 * drop,
  );
  const busOf = new Map(rows.buses.map(({ source }, row) => [source, row]));
  let cursor =
    inner + (frame.outside ? 2 : 0) + (dropping === 0 ? 0 : 2 * dropping + (frame.outside ? 1 : 0));
  for (const id of order) {
    const element = elements[id];
    if (element === undefined) continue;
    const side = new Set(sideFeeds(drawing, arrangement, id));
    const bottom = element.feeds
      .map((feed, k) => ({ k, row: busOf.get(columnBase(arrangement, id, k) ?? feed.from) ?? 0 }))
      .filter(({ k }) => !side.has(k))
      .sort((a, b) => a.row - b.row || a.k - b.k);
    const labelled = Math.ceil((textWidth(element.label, frame.text + 3) + 8) / 2 / frame.cell);
    const half = Math.max(size.gate, bottom.length, element.kind === 'constant' ? labelled : 0);
    const lettered = frame.letters && [...side].some((k) => element.feeds[k]?.letter !== undefined);
    if (side.size > 0) cursor += lettered ? 4 : 2;
    const x = Math.max(cursor, least.get(id) ?? 0) + half;
    cursor = x + half + size.gap;
    spots.set(id, {
      x,
      y: (rows.gateTop + rows.gateBottom) / 2,
      halfWidth: half,
      halfHeight: (rows.gateBottom - rows.gateTop) / 2,
    });
    const own: Port[] = [];
    const offsets = portOffsets(bottom.length, half);
    for (const [k, { k: feed }] of bottom.entries())
      own[feed] = { x: x + (offsets[k] ?? 0), y: rows.gateBottom, side: 'bottom' };
    const middle = Math.round((rows.gateTop + rows.gateBottom) / 2);
    for (const [k, feed] of [...side].entries())
      own[feed] = { x: x - half, y: middle + 2 * k - (side.size - 1), side: 'left' };
    ports.set(id, own);
    for (const column of columns)
      if (column.gate === id)
        for (const member of column.members) {
          const { kind = 'operator', label = [] } = elements[member] ?? {};
          spots.set(member, {
            x: own[column.feed]?.x ?? x,
            y: rows.y.get(member) ?? 0,
            halfWidth: halfWidthOf(kind, label, frame),
            halfHeight: 1,
          });
        }
  }
  return { spots, ports, drops, bodyLeft, right: cursor - size.gap };
}

/** Cells from a gate's middle to each wire that comes up into it. */
function portOffsets(count: number, half: number): readonly number[] {
  if (count === 2) return [-2, 2];
  if (count === 3) return [1 - half, 0, half - 1];
  return Array.from({ length: count }, (_, k) => 2 * k - count + 1);
}

function columnBase({ columns }: Arrangement, gate: ElementId, feed: number): ElementId | undefined {
  return columns.find((column) => column.gate === gate && column.feed === feed)?.base.from;
}

/** Where an element's strip stands, seen from the element's middle. */
export function stripOffset(
  drawing: Drawing,
  arrangement: Arrangement,
  id: ElementId,
): { readonly up: number; readonly cap: boolean } | undefined {
  const element = drawing.elements[id];
  const inColumn = arrangement.columns.some(({ members }) => members.includes(id));
  const onRail = arrangement.rails.some(({ members }) => members.includes(id));
  if (element === undefined || inColumn || onRail || !hasStrip(drawing, arrangement, element))
    return undefined;
  if (element.kind === 'gate') return { up: STRIP_ABOVE_GATE, cap: false };
  return isCapped(drawing, arrangement, id)
    ? { up: 2, cap: true }
    : { up: STRIP_ABOVE + (hasCaps(drawing, arrangement, arrangement.levels.get(id)) ? 1 : 0), cap: false };
}
