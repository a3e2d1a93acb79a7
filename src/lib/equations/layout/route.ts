import { type Cell, COST, type Grid, HEADINGS, type Heading, NOBODY, STEP_X, STEP_Y } from './grid.ts';

/** Where a wire has to arrive: a cell, and from which side. */
export interface Goal {
  readonly cell: Cell;
  /** Headings in which it may be entered. */
  readonly headings: readonly Heading[];
  /** The element whose box it lies in; a wire may enter that one straight towards the goal. */
  readonly element: number | undefined;
}

/** A value's wire: a tree of cells from its source. */
export interface Net {
  readonly element: number;
  readonly root: Cell;
  /** Each cell's neighbour on the way to the source; the source's own is undefined. */
  readonly from: Map<Cell, Cell | undefined>;
  /** Cells of the tree at which no wire may branch: those before the value's strip. */
  readonly closed: Set<Cell>;
  /** Cells at which a wire may begin, besides those of the tree, and on what part of the tree they stand. */
  readonly starts: readonly { readonly cells: readonly Cell[]; readonly heading: Heading }[];
}

/** Lays a value's wire over a cell and its neighbour. */
export function occupy(grid: Grid, net: number, a: Cell, b: Cell): void {
  const axis = Math.abs(a - b) === 1 ? grid.along : grid.across;
  if (!grid.hubs.has(a)) axis[a] = net;
  if (!grid.hubs.has(b)) axis[b] = net;
}

/** Adds a way, given from the tree outwards, to a net. */
export function extend(grid: Grid, net: Net, cells: readonly Cell[]): void {
  for (let k = 1; k < cells.length; k++) {
    const [a, b] = [cells[k - 1], cells[k]];
    if (a === undefined || b === undefined) continue;
    occupy(grid, net.element, a, b);
    if (!net.from.has(b)) net.from.set(b, a);
  }
}

/** One search's memory, used again and again: stamped, so that nothing has to be cleared. */
export class Searches {
  private readonly best: Int32Array;
  private readonly came: Int32Array;
  private readonly stamp: Int32Array;
  private round = 0;

  constructor(cells: number) {
    this.best = new Int32Array(cells * 4);
    this.came = new Int32Array(cells * 4);
    this.stamp = new Int32Array(cells * 4);
  }

  begin(): void {
    this.round += 1;
  }

  cost(state: number): number {
    return this.stamp[state] === this.round ? (this.best[state] ?? 0) : Number.POSITIVE_INFINITY;
  }

  set(state: number, cost: number, came: number): void {
    this.stamp[state] = this.round;
    this.best[state] = cost;
    this.came[state] = came;
  }

  before(state: number): number {
    return this.came[state] ?? -1;
  }
}

/** A way found, from the tree to the goal, with what it costs. */
export interface Way {
  readonly cells: readonly Cell[];
  readonly cost: number;
}

/**
 * The cheapest way from any cell of a net's tree to a goal: A* over cells and headings, with a queue of buckets, since
 * costs are small whole numbers.
 */
export function search(grid: Grid, searches: Searches, net: Net, goal: Goal): Way | undefined {
  const { width } = grid;
  const goalX = goal.cell % width;
  const goalY = Math.floor(goal.cell / width);
  const buckets: number[][] = [];
  let lowest = Number.POSITIVE_INFINITY;
  searches.begin();
  const guess = (x: number, y: number) => COST.step * (Math.abs(x - goalX) + Math.abs(y - goalY));
  const push = (cell: Cell, heading: Heading, cost: number, came: number) => {
    const state = cell * 4 + heading;
    if (cost >= searches.cost(state)) return;
    searches.set(state, cost, came);
    const rank = cost + guess(cell % width, Math.floor(cell / width));
    const bucket = buckets[rank];
    if (bucket === undefined) buckets[rank] = [state];
    else bucket.push(state);
    if (rank < lowest) lowest = rank;
  };
  /** One step on from a cell; undefined where no wire of this value may go. */
  const stepCost = (at: Cell, heading: Heading): { next: Cell; cost: number } | undefined => {
    const x = (at % width) + STEP_X[heading];
    const y = Math.floor(at / width) + STEP_Y[heading];
    if (!grid.inside(x, y)) return undefined;
    const next = grid.cell(x, y);
    const [own, other] = heading % 2 === 0 ? [grid.along, grid.across] : [grid.across, grid.along];
    if (own[at] !== NOBODY && own[at] !== net.element) return undefined;
    if (own[next] !== NOBODY || net.from.has(next)) return undefined;
    const owner = grid.ownerAt(next);
    if (owner !== NOBODY) {
      const enters =
        owner === goal.element && (x === goalX || y === goalY) && goal.headings.includes(heading);
      const leaves = owner === net.element && grid.hubs.has(net.root);
      if (!enters && !leaves) return undefined;
      if (enters && (heading % 2 === 0 ? y !== goalY : x !== goalX)) return undefined;
    }
    let cost: number = COST.step;
    if (other[next] !== NOBODY) cost += COST.crossing;
    const [beside, besideToo] = heading % 2 === 0 ? [next - width, next + width] : [next - 1, next + 1];
    if ((own[beside] ?? NOBODY) !== NOBODY || (own[besideToo] ?? NOBODY) !== NOBODY) cost += COST.beside;
    return { next, cost };
  };
  const alone = (cell: Cell) =>
    (grid.alongAt(cell) === NOBODY || grid.alongAt(cell) === net.element) &&
    (grid.acrossAt(cell) === NOBODY || grid.acrossAt(cell) === net.element);

  const inner = new Set(net.from.values());
  for (const [cell, before] of net.from) {
    if (!alone(cell) || net.closed.has(cell)) continue;
    const owner = grid.ownerAt(cell);
    // A box is left through its top, an operator from its middle to any side.
    if (
      owner === net.element
        ? cell !== net.root || !grid.hubs.has(cell)
        : owner !== NOBODY && owner !== goal.element
    )
      continue;
    const corner =
      grid.alongAt(cell) === net.element && grid.acrossAt(cell) === net.element ? COST.corner : 0;
    for (const heading of HEADINGS) {
      const step = stepCost(cell, heading);
      if (step === undefined) continue;
      const straight = before === undefined || cell - before === STEP_X[heading] + STEP_Y[heading] * width;
      const turn = straight ? 0 : inner.has(cell) ? COST.branch + corner : COST.bend;
      push(step.next, heading, step.cost + turn, -1 - cell);
    }
  }
  for (const { cells, heading } of net.starts) {
    const [trunk, last] = [cells[0], cells.at(-1)];
    if (trunk === undefined || last === undefined || net.from.has(last)) continue;
    if (!cells.every((cell) => grid.alongAt(cell) === NOBODY)) continue;
    push(last, heading, COST.step * cells.length, -1 - trunk);
  }

  for (let rank = lowest; rank < buckets.length; rank++) {
    const bucket = buckets[rank];
    if (bucket === undefined) continue;
    for (let state = bucket.pop(); state !== undefined; state = bucket.pop()) {
      const cell = Math.floor(state / 4);
      const heading = HEADINGS[state % 4] ?? 0;
      const cost = searches.cost(state);
      if (cost + guess(cell % width, Math.floor(cell / width)) < rank) continue;
      if (cell === goal.cell && goal.headings.includes(heading))
        return unwound(searches, net, state, cost, grid);
      for (const turn of HEADINGS) {
        if ((turn + 2) % 4 === heading) continue;
        const bend = turn !== heading;
        if (bend && !(alone(cell) && grid.alongAt(cell) === NOBODY && grid.acrossAt(cell) === NOBODY))
          continue;
        if (bend && grid.ownerAt(cell) !== NOBODY) continue;
        const step = stepCost(cell, turn);
        if (step !== undefined) push(step.next, turn, cost + step.cost + (bend ? COST.bend : 0), state);
      }
    }
  }
  return undefined;
}

function unwound(searches: Searches, net: Net, end: number, cost: number, grid: Grid): Way {
  const cells: Cell[] = [];
  let state = end;
  for (;;) {
    cells.unshift(Math.floor(state / 4));
    const before = searches.before(state);
    if (before >= 0) {
      state = before;
      continue;
    }
    const trunk = -1 - before;
    const first = cells[0] ?? trunk;
    const start = net.starts.find(({ cells: way }) => way[0] === trunk && way.at(-1) === first);
    const touching = Math.abs(first - trunk) === 1 || Math.abs(first - trunk) === grid.width;
    cells.unshift(...(touching || start === undefined ? [trunk] : start.cells.slice(0, -1)));
    return { cells, cost };
  }
}
