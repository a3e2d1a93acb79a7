import type { Arrangement } from './arrangement.ts';
import type { Drawing, Element, ElementId } from './elements.ts';
import type { Frame } from './frame.ts';

/** A row under the gates: a state's, on which it comes in and goes out, or x's. */
export interface Bus {
  /** What stands at its left end; undefined for a state that nothing reads. */
  readonly source: ElementId | undefined;
  /** Index of the state that goes out on it; undefined for x, and for a state that goes out on its rail. */
  readonly exit: number | undefined;
  readonly y: number;
  /** Its place among the states that run on rails and drop to their bus inside the body, from 0; undefined for the others. */
  readonly drop: number | undefined;
}

/** Heights of everything, in cells from the picture's top. */
export interface Rows {
  readonly gateTop: number;
  readonly gateBottom: number;
  /** Of the elements above the gates, on rails, hanging and in columns: their middle. */
  readonly y: ReadonlyMap<ElementId, number>;
  readonly rails: readonly number[];
  /** From the gates down. */
  readonly buses: readonly Bus[];
  readonly bodyTop: number;
  readonly bodyBottom: number;
  readonly height: number;
}

/** Cells from a row to the next one above it, which a strip with its name needs, or nothing. */
const WITH_STRIP = 8;
const PLAIN = 5;
const ABOVE_RAIL = 7;
/** From an operator down to what hangs from it. */
const HANGING = 4;
/** A strip stands so far above its gate or operator. */
export const STRIP_ABOVE_GATE = 3;
export const STRIP_ABOVE = 4;
export const FIRST_ROW = 7;

/** What has its strip: named values, and products of two values that are added up. */
export function hasStrip(
  { elements, labels, states }: Drawing,
  { readers, depths }: Pick<Arrangement, 'readers' | 'depths'>,
  { id, kind, name, node, label }: Element,
): boolean {
  if (states.some(({ after }) => after === id)) return false;
  if (name !== undefined) return kind !== 'constant';
  // What hangs leaves to the side, where its strip would stand in the way.
  if (depths.has(id)) return false;
  const [only] = readers[id] ?? [];
  const reader = only === undefined ? undefined : elements[only.to];
  return kind === 'operator' && label[0] === '×' && labels[node] !== undefined && reader?.kind === 'operator';
}

export function rowsOf(drawing: Drawing, arrangement: Arrangement, frame: Frame): Rows {
  const { elements, states } = drawing;
  const { levels, railLevels, rails, depths, hangsFrom, columns, gates, readers } = arrangement;
  const altitudes = altitudesOf(drawing, arrangement);
  // A strip above the highest row needs room of its own, which a rail's has beside it.
  const strips = [...levels].flatMap(([id, level]) => {
    const element = elements[id];
    const stands = element !== undefined && hasStrip(drawing, arrangement, element);
    return stands ? [(altitudes.get(level) ?? 0) + 4] : [];
  });
  const highest = Math.max(6, ...altitudes.values(), ...strips);
  const bodyTop = 1;
  const gateTop = bodyTop + 4 + highest;
  const sides = Math.max(0, ...gates.map((id) => sideFeeds(drawing, arrangement, id).length));
  const gateBottom = gateTop + Math.max(5, 2 * sides + 1);

  const y = new Map<ElementId, number>();
  for (const [id, level] of levels) y.set(id, gateTop - (altitudes.get(level) ?? FIRST_ROW));
  const railY = railLevels.map((level) => gateTop - (altitudes.get(level) ?? FIRST_ROW));
  for (const [rail, { members }] of rails.entries()) for (const id of members) y.set(id, railY[rail] ?? 0);
  for (const { id } of elements) {
    const depth = depths.get(id);
    const rail = hangsFrom.get(id);
    if (depth === undefined || rail === undefined) continue;
    const above = (elements[id]?.feeds ?? []).flatMap(({ from }) =>
      depths.has(from) ? (y.get(from) ?? []) : [],
    );
    let at = Math.max(...above, railY[rail] ?? 0) + HANGING;
    while (railY.some((other) => Math.abs(other - at) < 3)) at++;
    y.set(id, at);
  }

  let deepest = 0;
  for (const { members } of columns) {
    deepest = Math.max(deepest, members.length);
    for (const [k, id] of [...members].reverse().entries()) y.set(id, gateBottom + 4 + 4 * k);
  }
  let next = gateBottom + (deepest === 0 ? 3 : 4 + 4 * deepest);
  const buses: Bus[] = [];
  const onRail = new Set(rails.map(({ source }) => source));
  const tapped = new Set([
    ...gates.flatMap((id) => tapFeeds(drawing, id).map(({ from }) => from)),
    ...columns.map(({ base }) => base.from),
  ]);
  const dropping = rails.map(({ source }) => source).filter((id) => tapped.has(id));
  for (const [k, source] of [...dropping].reverse().entries()) {
    buses.push({ source, exit: undefined, y: next, drop: dropping.length - 1 - k });
    next += 3;
  }
  for (const [exit, { before }] of states.entries()) {
    if (before !== undefined && onRail.has(before)) continue;
    if (buses.length > 0) next += 1;
    buses.push({ source: before, exit, y: next, drop: undefined });
    next += 3;
  }
  const input = elements.find(({ kind }) => kind === 'input');
  if (input !== undefined && (readers[input.id]?.length ?? 0) > 0) {
    if (!frame.outside) next += 1;
    buses.push({ source: input.id, exit: undefined, y: next, drop: undefined });
    next += 3;
  }
  const bodyBottom = Math.max(next, gateBottom + 3) - (frame.outside ? 0 : 1);
  const height = bodyBottom + (frame.outside && input !== undefined ? 4 : 1);
  return { gateTop, gateBottom, y, rails: railY, buses, bodyTop, bodyBottom, height };
}

/** Cells above the gates, by level. */
function altitudesOf(drawing: Drawing, arrangement: Arrangement): Map<number, number> {
  const { elements } = drawing;
  const { levels, railLevels, depths, hangsFrom, readers, gates } = arrangement;
  const all = [...new Set([...levels.values(), ...railLevels])].sort((a, b) => a - b);
  const striped = new Set(
    [...levels].flatMap(([id, level]) => {
      const element = elements[id];
      return element !== undefined && hasStrip(drawing, arrangement, element) ? [level] : [];
    }),
  );
  // What two above read needs a channel between its strip and the next row, to branch in.
  const branches = (id: ElementId) =>
    (readers[id] ?? []).filter(({ to }) => elements[to]?.kind !== 'gate').length > 1;
  const altitudes = new Map<number, number>();
  let at = FIRST_ROW + (gates.some(branches) ? 1 : 0);
  for (const level of all) {
    const hanging = [...depths].filter(([id]) => railLevels[hangsFrom.get(id) ?? -1] === level);
    const deepest = Math.max(0, ...hanging.map(([, depth]) => depth));
    if (deepest > 0) at = Math.max(at, FIRST_ROW + HANGING * deepest);
    altitudes.set(level, at);
    if ([...levels].some(([id, own]) => own === level && striped.has(level) && branches(id))) at += 1;
    at += striped.has(level)
      ? WITH_STRIP + (hasCaps(drawing, arrangement, level) ? 1 : 0)
      : railLevels.includes(level)
        ? ABOVE_RAIL
        : PLAIN;
  }
  return altitudes;
}

/** A value that leaves to the side wears its strip on top: what hangs, and `1 −` in its reader's row. */
export function isCapped(
  { elements }: Drawing,
  { depths, levels, readers }: Arrangement,
  id: ElementId,
): boolean {
  if (depths.has(id)) return true;
  const reader = readers[id]?.[0]?.to;
  const besides = reader !== undefined && levels.has(id) && levels.get(reader) === levels.get(id);
  return elements[id]?.kind === 'pill' && besides;
}

/** Whether a row holds a strip on top of its function: the strips above the row's operators then stand higher. */
export function hasCaps(drawing: Drawing, arrangement: Arrangement, level: number | undefined): boolean {
  return drawing.elements.some(
    (element) =>
      level !== undefined &&
      arrangement.levels.get(element.id) === level &&
      isCapped(drawing, arrangement, element.id) &&
      hasStrip(drawing, arrangement, element),
  );
}

/** The feeds of a gate that come straight up from a bus. */
export function tapFeeds({ elements }: Drawing, gate: ElementId): Element['feeds'] {
  return (elements[gate]?.feeds ?? []).filter(({ from }) => {
    const kind = elements[from]?.kind;
    return kind === 'state' || kind === 'input';
  });
}

/** The feeds of a gate that come in from the side: other gates' values, and what stands above. */
export function sideFeeds(drawing: Drawing, { columns }: Arrangement, gate: ElementId): readonly number[] {
  const { feeds = [] } = drawing.elements[gate] ?? {};
  const taps = new Set(tapFeeds(drawing, gate));
  return feeds.flatMap((feed, k) => {
    const inColumn = columns.some((column) => column.gate === gate && column.feed === k);
    return taps.has(feed) || inColumn ? [] : [k];
  });
}
