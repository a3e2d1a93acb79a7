import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import type { RecurrentLayer } from '../../architecture.ts';

/** The names under which kernels are registered, one of each for every backend that has them. */
export const RECURRENT = 'Recurrent';
export const RECURRENT_GRADIENT = 'RecurrentGradient';

/** What the operation is told beside its tensors. */
export interface RecurrentAttributes {
  readonly layer: Omit<RecurrentLayer, 'name' | 'starts'>;
  /** The layer's place in its model: dropout's key needs it. */
  readonly place: number;
  /** [batch, steps] row-major, on the host: 0 where a step is padding. Without it every step counts. */
  readonly mask: ArrayLike<number> | undefined;
  /** Where recurrent dropout comes from; without it nothing is dropped. */
  readonly chance: { readonly seed: number; readonly step: number } | undefined;
}

/** Tensors in a list, which tfjs types as a map. */
const listed = (tensors: readonly Tensor[]) => tensors as unknown as NamedTensorMap;

/**
 * A recurrent layer as one tfjs operation: any cell, in one direction or in both.
 *
 * @param x [batch, steps, input]
 * @param weights the cells' parameters in the order of their equations, the second cell's after the first's
 * @returns [batch, size], or where the layer gives sequences [batch, steps, size]
 * @throws Error where tfjs's present backend has no kernel for it
 */
export function recurrent(x: Tensor3D, weights: readonly Tensor[], attributes: RecurrentAttributes): Tensor {
  requireKernel(RECURRENT);
  return engine().runKernel(RECURRENT, listed([x, ...weights]), asAttributes(attributes));
}

/** tfjs hands a kernel whatever it was given; only its type says that it be simple. */
function asAttributes(attributes: RecurrentAttributes): NamedAttrMap {
  return attributes as unknown as NamedAttrMap;
}

function requireKernel(name: string): void {
  const backend = getBackend();
  if (getKernel(name, backend) === undefined)
    throw new Error(
      `tfjs's ${backend} backend has no kernel ${name}; register it first (registerRecurrent in this folder), or choose another backend.`,
    );
}

registerGradient({
  kernelName: RECURRENT,
  saveAllInputs: true,
  gradFunc: (dy, saved, attributes) => {
    requireKernel(RECURRENT_GRADIENT);
    const gradients = engine().runKernel(
      RECURRENT_GRADIENT,
      listed([dy as Tensor, ...saved]),
      attributes,
    ) as unknown as Tensor[];
    return Object.fromEntries(gradients.map((gradient, k) => [k, () => gradient]));
  },
});
