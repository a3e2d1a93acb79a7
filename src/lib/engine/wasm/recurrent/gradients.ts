import type { OuterPanel, PlanId } from '../../plan/plan.ts';
import { type Block, depthOf, type Packed, rowsOf, transposed } from '../block.ts';
import type { Scope } from '../part.ts';
import type { Tape } from '../tape.ts';
import type { Bands } from './bands.ts';
import type { Matrices } from './matrices.ts';
import type { Lodging } from './passes.ts';

/** So many rows are packed at a time: what is packed is then still in the cache when it is read. */
const CHUNK_ROWS = 2048;

/** Several matrices' gradients that lie one under the other, from adjoints that lie side by side. */
interface Run {
  readonly out: Block;
  readonly adjoints: Block;
  readonly isOnto: boolean;
}

/** adjointᵀ vector over all rows, for all matrices that multiplied the vector. */
interface Outer {
  readonly vector: Block;
  readonly packed: Packed;
  readonly runs: readonly Run[];
}

/**
 * Gradients of matrices, over all rows of all steps.
 * @param written matrices that have got a gradient; others are added to what is there from then on
 */
export function outersOf(
  panels: readonly OuterPanel[],
  written: Set<string>,
  {
    memory,
    bands,
    matrices,
    gradients,
    lodgingOf,
  }: {
    readonly memory: Scope;
    readonly bands: Bands;
    readonly matrices: Matrices;
    readonly gradients: (...names: readonly string[]) => Block;
    readonly lodgingOf: (id: PlanId) => Lodging;
  },
): readonly Outer[] {
  const all = (id: PlanId): Block => {
    const block = lodgingOf(id).all;
    if (block === undefined) throw new Error(`node ${id} is read after the loops, but is not kept`);
    return block;
  };
  return panels.map(({ vector, adjoints }) => {
    const v = all(vector);
    const ordered = bands
      .inOrder(adjoints, ({ adjoint }) => adjoint)
      .map(({ matrix, adjoint }) => {
        const isOnto = written.has(matrix);
        written.add(matrix);
        return { matrix, adjoint, isOnto };
      });
    const runs = bands
      .runs(
        ordered,
        ({ adjoint }) => adjoint,
        (a, b) => matrices.areNeighbours(a.matrix, b.matrix) && a.isOnto === b.isOnto,
      )
      .map((run): Run => {
        const [first] = run;
        const ids = run.map(({ adjoint }) => adjoint);
        const together = bands.together(ids, lodgingOf).all ?? all(first?.adjoint ?? -1);
        const names = run.map(({ matrix }) => matrix);
        return { out: gradients(...names), adjoints: together, isOnto: first?.isOnto === true };
      });
    const packed = memory.packed('a vector, by rows', Math.min(CHUNK_ROWS, v.rows), v.columns);
    return { vector: v, packed, runs };
  });
}

export function putOuter(tape: Tape, { vector, packed, runs }: Outer): void {
  for (let from = 0; from < vector.rows; from += packed.depth) {
    const count = Math.min(packed.depth, vector.rows - from);
    const chunk = depthOf(packed, 0, count);
    tape.pack(chunk, rowsOf(vector, from, count));
    for (const { out, adjoints, isOnto } of runs)
      tape.gemm(out, transposed(rowsOf(adjoints, from, count)), chunk, { accumulate: isOnto || from > 0 });
  }
}
