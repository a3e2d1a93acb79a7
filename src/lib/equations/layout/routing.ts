import type { ElementId } from './elements.ts';
import { type Cell, type Grid, NOBODY } from './grid.ts';
import type { Spot } from './placement.ts';
import { extend, type Goal, type Net, Searches, search } from './route.ts';

/** Where a value is read, or a state goes out. */
export interface Sink {
  readonly net: ElementId;
  /** The element that reads it, with the feed's index; or the index of the state that goes out. */
  readonly reader: { readonly element: ElementId; readonly feed: number } | { readonly exit: number };
  /** Last cell of its wire. */
  readonly end: Cell;
}

/** A value's wire with all its ends. */
export interface Wired extends Net {
  readonly sinks: Sink[];
}

/** An end that a way has to be found for. */
export interface Wanted extends Sink {
  readonly goal: Goal;
}

/** Rounds in which each wire is taken up and laid anew, and kept where that is cheaper. */
const ROUNDS = 2;

/** Lays the wanted wires, shortest first; then takes up each value's and lays it anew, as long as that is cheaper. */
export function routeAll(
  grid: Grid,
  nets: ReadonlyMap<ElementId, Wired>,
  laid: ReadonlyMap<ElementId, Cell[][]>,
  wanted: readonly Wanted[],
  spot: (id: ElementId) => Spot | undefined,
): readonly Sink[] {
  const searches = new Searches(grid.width * grid.height);
  const distance = ({ net, goal }: Wanted) => {
    const from = spot(net);
    const x = goal.cell % grid.width;
    const y = Math.floor(goal.cell / grid.width);
    return from === undefined ? 40 : Math.abs(from.x - x) + Math.abs(from.y - y);
  };
  const order = [...wanted].sort((a, b) => distance(a) - distance(b));
  const found = new Map<Wanted, { cells: readonly Cell[]; cost: number }>();
  const route = (sink: Wanted) => {
    const net = nets.get(sink.net);
    if (net === undefined) return;
    const way = search(grid, searches, net, sink.goal);
    if (way === undefined) return;
    extend(grid, net, way.cells);
    found.set(sink, way);
  };
  for (const sink of order) route(sink);

  const LOST = 100_000;
  const costOf = (sinks: readonly Wanted[]) =>
    sinks.reduce((sum, sink) => sum + (found.get(sink)?.cost ?? LOST), 0);
  const takeUp = (net: Wired) => {
    for (const cell of net.from.keys()) {
      if (grid.alongAt(cell) === net.element) grid.along[cell] = NOBODY;
      if (grid.acrossAt(cell) === net.element) grid.across[cell] = NOBODY;
    }
    net.from.clear();
    net.from.set(net.root, undefined);
    for (const cells of laid.get(net.element) ?? []) extend(grid, net, cells);
  };
  for (let round = 0; round < ROUNDS; round++) {
    let better = false;
    for (const net of nets.values()) {
      const own = order.filter((sink) => sink.net === net.element);
      if (own.length === 0) continue;
      const before = costOf(own);
      const kept = own.flatMap((sink) => {
        const way = found.get(sink);
        return way === undefined ? [] : [[sink, way] as const];
      });
      takeUp(net);
      for (const sink of own) found.delete(sink);
      for (const sink of round % 2 === 0 ? [...own].reverse() : own) route(sink);
      if (costOf(own) < before) {
        better = true;
        continue;
      }
      takeUp(net);
      for (const sink of own) found.delete(sink);
      for (const [sink, way] of kept.sort(
        ([, a], [, b]) => Number(b.cells[0] === net.root) - Number(a.cells[0] === net.root),
      ))
        found.set(sink, way);
      relay(
        grid,
        net,
        kept.map(([, way]) => way.cells),
      );
    }
    if (!better) break;
  }
  for (const sink of found.keys()) nets.get(sink.net)?.sinks.push(sink);
  return order.filter((sink) => !found.has(sink));
}

/** Lays ways that were laid before: one that begins on another comes after it. */
function relay(grid: Grid, net: Wired, ways: readonly (readonly Cell[])[]): void {
  let waiting = [...ways];
  while (waiting.length > 0) {
    const ready = waiting.filter(([first]) => first !== undefined && net.from.has(first));
    if (ready.length === 0) return;
    for (const cells of ready) extend(grid, net, cells);
    waiting = waiting.filter((cells) => !ready.includes(cells));
  }
}
