import type { Graph } from '../graph.ts';
import type { Drawing, Element, ElementId, Feed } from './elements.ts';

/** A state that runs straight through the cell: only scaled and added to on its way. */
export interface Rail {
  /** Index into `Drawing.states`. */
  readonly state: number;
  readonly source: ElementId;
  /** The operators that stand on it, in the order in which the value passes them. */
  readonly members: readonly ElementId[];
}

/** Operators between a bus and a gate's port, nearest the bus first: what acts on h before, or after, its matrix. */
export interface PortColumn {
  readonly gate: ElementId;
  /** Index into the gate's feeds. */
  readonly feed: number;
  readonly members: readonly ElementId[];
  /** The feed of the lowest member that comes up from the bus. */
  readonly base: Feed;
}

/** What each element is to the picture. Every element but the sources is in exactly one of these. */
export interface Arrangement {
  readonly rails: readonly Rail[];
  readonly gates: readonly ElementId[];
  /** Number of gates on the longest way to each gate: a gate stands right of the gates it reads. */
  readonly stages: ReadonlyMap<ElementId, number>;
  readonly columns: readonly PortColumn[];
  /** Above the gates, by level: 1 is the row next to them. */
  readonly levels: ReadonlyMap<ElementId, number>;
  readonly railLevels: readonly number[];
  /** Hanging from the rails: how many stand between a rail and it, from 1. */
  readonly depths: ReadonlyMap<ElementId, number>;
  /** For each hanging element the rail (index) that it hangs from. */
  readonly hangsFrom: ReadonlyMap<ElementId, number>;
  readonly readers: readonly (readonly { readonly to: ElementId; readonly feed: number }[])[];
}

/** More rounds than this, and two rails wait for each other: such a cell has no rows. */
const ROUNDS = 12;

/** Sorts the elements into rails, gates, columns under gates, rows above and what hangs; undefined where that has no answer. */
export function arrange(graph: Graph, drawing: Drawing): Arrangement | undefined {
  const { elements, states } = drawing;
  const readers = readersOf(elements);
  const rails = railsOf(graph, drawing, readers);
  const onRail = new Map<ElementId, number>(
    rails.flatMap(({ members }, rail) => members.map((member) => [member, rail] as const)),
  );
  const gates = elements.filter(isBox).map(({ id }) => id);
  const columns = columnsOf(elements, gates, readers, onRail, new Set(states.map(({ after }) => after)));
  const inColumn = new Set(columns.flatMap(({ members }) => members));
  const rest = elements.filter(
    ({ id, kind }) => (kind === 'operator' || kind === 'pill') && !onRail.has(id) && !inColumn.has(id),
  );

  // What reads a rail's end and leads to no rail hangs below it; everything else stands above the gates.
  const ends = new Map<ElementId, number>(
    rails.map(({ members, source }, rail) => [members.at(-1) ?? source, rail]),
  );
  const leads = new Set<ElementId>();
  for (const { id } of [...rest].reverse())
    if ((readers[id] ?? []).some(({ to }) => onRail.has(to) || leads.has(to))) leads.add(id);
  const depths = new Map<ElementId, number>();
  const hangsFrom = new Map<ElementId, number>();
  for (const { id, feeds } of rest) {
    if (leads.has(id)) continue;
    for (const { from } of feeds) {
      const rail = ends.get(from) ?? hangsFrom.get(from);
      const depth = (depths.get(from) ?? 0) + 1;
      if (rail === undefined || depth < (depths.get(id) ?? 1)) continue;
      depths.set(id, depth);
      hangsFrom.set(id, Math.max(rail, hangsFrom.get(id) ?? 0));
    }
  }

  const ups = rest.filter(({ id }) => !depths.has(id));
  const found = levelsOf(elements, ups, rails, onRail, readers);
  if (found === undefined) return undefined;
  return {
    rails,
    gates,
    stages: stagesOf(elements),
    columns,
    ...found,
    depths,
    hangsFrom,
    readers,
  };
}

/** What stands in the row of gates: gates, and boxes of trained numbers that have a name. */
export function isBox({ kind }: Element): boolean {
  return kind === 'gate' || kind === 'constant';
}

function readersOf(elements: readonly Element[]): { to: ElementId; feed: number }[][] {
  const readers: { to: ElementId; feed: number }[][] = elements.map(() => []);
  for (const { id, feeds } of elements)
    for (const [feed, { from }] of feeds.entries()) readers[from]?.push({ to: id, feed });
  return readers;
}

/**
 * For each state the shortest way from its old value to its new one through `+ - * /`, max and min, scaling and
 * copying; never through a gate, a matrix, or an operator of another rail.
 */
function railsOf(graph: Graph, { elements, states }: Drawing, readers: Arrangement['readers']): Rail[] {
  const taken = new Set<ElementId>();
  const rails: Rail[] = [];
  for (const [state, { before, after }] of states.entries()) {
    if (before === undefined) continue;
    const came = new Map<ElementId, ElementId>([[before, before]]);
    const waiting: ElementId[] = [before];
    for (let at = waiting.shift(); at !== undefined && at !== after; at = waiting.shift())
      for (const { to, feed } of readers[at] ?? []) {
        const element = elements[to];
        const node = element === undefined ? undefined : graph.nodes[element.node];
        const passes = node !== undefined && ('b' in node || node.op === 'copy') && element?.kind !== 'gate';
        if (!passes || taken.has(to) || came.has(to) || element?.feeds[feed]?.letter !== undefined) continue;
        came.set(to, at);
        waiting.push(to);
      }
    if (!came.has(after) || after === before) continue;
    const members: ElementId[] = [];
    for (let at = after; at !== before; at = came.get(at) ?? before) members.unshift(at);
    for (const member of members) taken.add(member);
    rails.push({ state, source: before, members });
  }
  return rails;
}

/** Operators with one reader, a gate, that stand on the way up from x or a state: `r * h` before U, or after it. */
function columnsOf(
  elements: readonly Element[],
  gates: readonly ElementId[],
  readers: Arrangement['readers'],
  onRail: ReadonlyMap<ElementId, number>,
  exits: ReadonlySet<ElementId>,
): PortColumn[] {
  const columns: PortColumn[] = [];
  const bus = (id: ElementId) => elements[id]?.kind === 'state' || elements[id]?.kind === 'input';
  const free = (id: ElementId) => {
    const kind = elements[id]?.kind;
    const drawn = kind === 'operator' || kind === 'pill';
    return drawn && !onRail.has(id) && !exits.has(id) && readers[id]?.length === 1;
  };
  for (const gate of gates)
    for (const [feed, { from }] of (elements[gate]?.feeds ?? []).entries()) {
      const members: ElementId[] = [];
      let at = from;
      let base: Feed | undefined;
      while (free(at) && base === undefined && members.length < 3) {
        members.unshift(at);
        const { feeds = [] } = elements[at] ?? {};
        base =
          feeds.find((way) => elements[way.from]?.kind === 'state') ?? feeds.find((way) => bus(way.from));
        at = feeds.find((way) => free(way.from))?.from ?? -1;
      }
      if (base !== undefined) columns.push({ gate, feed, members, base });
    }
  return columns;
}

function stagesOf(elements: readonly Element[]): Map<ElementId, number> {
  const stages = new Map<ElementId, number>();
  for (const { id, kind, feeds } of elements) {
    const before = feeds.reduce((most, { from }) => Math.max(most, stages.get(from) ?? 0), 0);
    stages.set(id, before + (kind === 'gate' ? 1 : 0));
  }
  return stages;
}

/** Rows: above what they read, a rail in a row of its own. */
function levelsOf(
  elements: readonly Element[],
  ups: readonly Element[],
  rails: readonly Rail[],
  onRail: ReadonlyMap<ElementId, number>,
  readers: Arrangement['readers'],
): Pick<Arrangement, 'levels' | 'railLevels'> | undefined {
  const levels = new Map<ElementId, number>(ups.map(({ id }) => [id, 1]));
  const railLevels = rails.map(() => 1);
  /** `1 −` on the way to an operator stands in the operator's row and takes none of its own. */
  const beside = new Set(
    ups
      .filter(({ id, kind, feeds }) => {
        const [only, ...others] = readers[id] ?? [];
        const reader = only === undefined ? undefined : elements[only.to];
        const gate = feeds.length === 1 && elements[feeds[0]?.from ?? -1]?.kind === 'gate';
        return (
          kind === 'pill' &&
          gate &&
          others.length === 0 &&
          reader?.kind === 'operator' &&
          levels.has(reader.id)
        );
      })
      .map(({ id }) => id),
  );
  const levelOf = (id: ElementId) => {
    const rail = onRail.get(id);
    return rail === undefined ? (beside.has(id) ? 0 : (levels.get(id) ?? 0)) : (railLevels[rail] ?? 0);
  };
  const above = (feeds: readonly Feed[]) =>
    1 + feeds.reduce((most, { from }) => Math.max(most, levelOf(from)), 0);
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    const raise = (now: number | undefined, next: number, set: (level: number) => void) => {
      if (now === undefined || next <= now) return;
      set(next);
      changed = true;
    };
    for (const { id, feeds } of ups)
      if (!beside.has(id)) raise(levels.get(id), above(feeds), (level) => levels.set(id, level));
    for (const [rail, { members }] of [...rails.entries()].reverse()) {
      const outside = members
        .flatMap((id) => elements[id]?.feeds ?? [])
        .filter(({ from }) => onRail.get(from) !== rail);
      let next = Math.max(above(outside), railLevels[rail] ?? 1);
      while (railLevels.some((level, other) => other > rail && level === next)) next++;
      raise(railLevels[rail], next, (level) => {
        railLevels[rail] = level;
      });
    }
    for (const { id } of ups)
      if (!beside.has(id) && railLevels.includes(levels.get(id) ?? 0))
        raise(levels.get(id), (levels.get(id) ?? 0) + 1, (level) => levels.set(id, level));
    if (changed) continue;
    for (const id of beside) levels.set(id, levels.get(readers[id]?.[0]?.to ?? -1) ?? 1);
    return { levels, railLevels };
  }
  return undefined;
}
