import { findCell } from '../../src/lib/cells/index.ts';
import { elements } from '../../src/lib/equations/graph.ts';
import { parse } from '../../src/lib/equations/parse.ts';
import { type Case, CELL_IDS } from './cases.ts';

/**
 * Floating-point operations in a batch's matrix products, the least that any engine has to do: a multiplication and an
 * addition for each weight, forward, and the same twice on the way back (once for the vector's gradient, once for the
 * weight's). LSTM, 32 units, 80 steps, batch 32: 126 million.
 */
export function operationsIn(of: Pick<Case, 'cell' | 'steps' | 'units' | 'batch' | 'embedding'>): number {
  const { nodes } = parse(findCell(CELL_IDS[of.cell]).equations);
  const sizes = { input: of.embedding, units: of.units };
  const weights = nodes.reduce((sum, node) => {
    const matrix = node.op === 'matmul' ? nodes[node.matrix] : undefined;
    return sum + (matrix === undefined ? 0 : elements(matrix.shape, sizes));
  }, 0);
  return 3 * 2 * weights * of.steps * of.batch;
}
