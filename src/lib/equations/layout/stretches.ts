import type { ElementId } from './elements.ts';
import type { Cell, Grid } from './grid.ts';
import type { Sink, Wired } from './routing.ts';

/** A value's wire from its source or a branch to the next branch or an end. */
export interface Stretch {
  readonly net: ElementId;
  /** Its corners with both ends. */
  readonly cells: readonly Cell[];
  /** What lies beyond it. */
  readonly sinks: readonly Sink[];
  readonly fromRoot: boolean;
  /** Whether it ends where it is read, and not at a branch. */
  readonly last: boolean;
}

/** Cuts a value's tree of cells at its branches; what leads nowhere is left out. */
export function stretchesOf(
  net: Wired,
  width: number,
): { stretches: Stretch[]; branches: { cell: Cell; sinks: readonly Sink[] }[] } {
  const beyond = new Map<Cell, Sink[]>();
  const next = new Map<Cell, Set<Cell>>();
  for (const sink of net.sinks) {
    let after: Cell | undefined;
    for (let cell: Cell | undefined = sink.end; cell !== undefined; cell = net.from.get(cell)) {
      const known = beyond.get(cell) ?? [];
      if (known.includes(sink)) break;
      beyond.set(cell, [...known, sink]);
      if (after !== undefined) next.set(cell, (next.get(cell) ?? new Set()).add(after));
      after = cell;
    }
  }
  const ends = new Set(net.sinks.map(({ end }) => end));
  const stretches: Stretch[] = [];
  const branches: { cell: Cell; sinks: readonly Sink[] }[] = [];
  const waiting: { start: Cell; second: Cell }[] = [...(next.get(net.root) ?? [])].map((second) => ({
    start: net.root,
    second,
  }));
  for (let from = waiting.shift(); from !== undefined; from = waiting.shift()) {
    const cells = [from.start, from.second];
    let at = from.second;
    const sinks = beyond.get(at) ?? [];
    for (;;) {
      const onward = [...(next.get(at) ?? [])];
      const [only] = onward;
      if (only === undefined || onward.length > 1 || ends.has(at)) {
        if (onward.length > 0) {
          branches.push({ cell: at, sinks });
          waiting.push(...onward.map((second) => ({ start: at, second })));
        }
        stretches.push({
          net: net.element,
          cells: corners(cells, width),
          sinks,
          fromRoot: from.start === net.root,
          last: ends.has(at),
        });
        break;
      }
      cells.push(only);
      at = only;
    }
  }
  if ((next.get(net.root)?.size ?? 0) > 1) branches.push({ cell: net.root, sinks: net.sinks });
  return { stretches, branches };
}

function corners(cells: readonly Cell[], width: number): Cell[] {
  return cells.filter((cell, k) => {
    const before = cells[k - 1];
    const after = cells[k + 1];
    if (before === undefined || after === undefined) return true;
    const step = (a: Cell, b: Cell) =>
      Math.abs(b - a) >= width ? width * Math.sign(b - a) : Math.sign(b - a);
    return step(before, cell) !== step(cell, after);
  });
}

/** Cells in which a wire that is drawn runs across another one. */
export function crossingsOf(grid: Grid, stretches: readonly Stretch[]): Set<Cell> {
  const along = new Map<Cell, ElementId>();
  const across = new Map<Cell, ElementId>();
  for (const { net, cells } of stretches)
    for (const [k, corner] of cells.entries()) {
      const to = cells[k + 1];
      if (to === undefined) break;
      const step =
        Math.abs(to - corner) >= grid.width ? grid.width * Math.sign(to - corner) : Math.sign(to - corner);
      const axis = Math.abs(step) === 1 ? along : across;
      for (let cell = corner; ; cell += step) {
        axis.set(cell, net);
        if (cell === to) break;
      }
    }
  const crossed = new Set<Cell>();
  for (const [cell, net] of along) {
    const over = across.get(cell);
    if (over !== undefined && over !== net && !grid.hubs.has(cell)) crossed.add(cell);
  }
  return crossed;
}
