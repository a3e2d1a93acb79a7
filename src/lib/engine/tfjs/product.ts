import {
  concat,
  customGrad,
  matMul,
  split,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';

/** Keeps tensors for the backward pass. */
type Save = (tensors: Tensor[]) => void;

/** Matrices that multiply the same vector, laid side by side. */
export interface Panel {
  /** One above the other, [sum of rows, columns]: what a gradient multiplies. */
  readonly stacked: Tensor2D;
  /** The same transposed, so that row vectors multiply it: [columns, sum of rows]. */
  readonly transposed: Tensor2D;
  readonly rows: readonly number[];
}

/** @param matrices each [rows, columns] */
export function panelOf(matrices: readonly Tensor[]): Panel {
  const stacked = (matrices.length === 1 ? matrices[0] : concat([...matrices], 0)) as Tensor2D;
  return { stacked, transposed: transpose(stacked), rows: matrices.map(({ shape }) => shape[0] ?? 0) };
}

/**
 * Every matrix of a panel times the same vectors, [n, columns] to [n, rows] each.
 *
 * tfjs's own gradient multiplies by matrices that it takes as transposed, which its WASM backend does the slow way
 * (a plain loop, not XNNPACK). Here no factor of the backward pass is transposed but dy, once.
 */
export function multiply({ stacked, transposed, rows }: Panel, vectors: Tensor2D): Tensor2D[] {
  const product = customGrad((...args: (Tensor | Save)[]) => {
    const [x, matrices, save] = args as [Tensor2D, Tensor2D, Save];
    save([x, matrices]);
    return {
      value: matMul(x, transposed),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, matrices] = saved as [Tensor2D, Tensor2D];
        return [matMul(dy as Tensor2D, matrices), matMul(transpose(dy as Tensor2D), x)];
      },
    };
  });
  const together = product(vectors, stacked) as Tensor2D;
  return rows.length === 1 ? [together] : split(together, [...rows], 1);
}
