import { addN, div, maximum, mul, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';

/** Gradients scaled together so that their global norm is at most `limit`, and the norm that they had, []. */
export function clipped(
  gradients: ReadonlyMap<string, Tensor>,
  limit: number,
): { readonly gradients: ReadonlyMap<string, Tensor>; readonly norm: Tensor } {
  const norm = sqrt(addN([...gradients.values()].map((gradient) => sum(square(gradient)))));
  if (limit === Number.POSITIVE_INFINITY) return { gradients, norm };
  const scale = div(limit, maximum(norm, limit));
  return {
    gradients: new Map([...gradients].map(([name, gradient]) => [name, mul(gradient, scale)])),
    norm,
  };
}
