/** What becomes of the shards' gradients: their sum, and one step of Adam by it. */
import type { Architecture } from '../architecture.ts';
import { ADAM } from '../optimiser.ts';
import { type Block, rowsOf } from './block.ts';
import type { Contribution } from './groups.ts';
import type { Layout } from './layout.ts';
import { embeddingOf } from './shard-tape.ts';
import type { Tape } from './tape.ts';
import type { Variables } from './variables.ts';

/** One number each, at the same place in all of a model's tapes. */
export interface Slots {
  /** The gradient's sum of squares, and what the gradient is to be multiplied by. */
  readonly squares: Block;
  readonly scale: Block;
  /** [1, 2]; see `Tape.adam`. */
  readonly schedule: Block;
}

export function layOutSlots(layout: Layout): Slots {
  return {
    squares: layout.slot('squares'),
    scale: layout.slot('scale'),
    schedule: layout.block('schedule', 1, 2),
  };
}

/** The rows' sum, as a tree: (0 + 1) + (2 + 3). The rows are used up. */
export function addUp(tape: Tape, rows: readonly (Block | undefined)[], total: Block | undefined): void {
  let left = rows.filter((row) => row !== undefined);
  if (total === undefined) return;
  while (left.length > 1) {
    const isLast = left.length === 2;
    left = left.flatMap((row, k) => {
      const next = left[k + 1];
      if (k % 2 === 1 || next === undefined) return [];
      const sum = isLast ? total : row;
      tape.zip('add', sum, row, next);
      return [sum];
    });
  }
}

/** The embedding's gradient: rows of all shards added to a table of zeros, which is cleared where they were. */
export function addRows(
  { combine, clear }: Readonly<Record<'combine' | 'clear', Tape>>,
  contributions: readonly Contribution[],
  architecture: Architecture,
  variables: Variables,
): void {
  const words = embeddingOf(architecture);
  if (words?.trained !== true || contributions.length === 0) return;
  const table = variables.block('gradient', `${words.name}.table`);
  for (const { rows, ids } of contributions) {
    if (rows === undefined || ids === undefined) continue;
    combine.scatterAdd(table, rows, ids);
    clear.clearRows(table, ids);
  }
  // Padding isn't trained, whatever came back to it through layers that know no mask.
  if (words.masked) combine.fill(rowsOf(table, 0, 1), 0);
}

/** One step of Adam on everything that is trained. */
export function move(
  tape: Tape,
  { trained }: Variables,
  { squares, scale, schedule }: Slots,
  clip: number,
): void {
  if (trained === undefined) return;
  const { parameter, gradient, first, second } = trained;
  tape.sumSquares(squares, gradient);
  tape.clip(scale, squares, clip);
  tape.adam({ parameter, first, second, gradient, scale, schedule, ...ADAM });
}
