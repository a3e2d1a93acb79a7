import {
  argMax,
  cast,
  customGrad,
  div,
  expandDims,
  max,
  maximum,
  mean,
  mul,
  oneHot,
  serialization,
  sum,
  type Tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import type { PoolingLayer } from '../../architecture.ts';
import { type Circumstances, type LayerOptions, single } from './layer.ts';

/** Keeps tensors for the backward pass. */
type Save = (tensors: Tensor[]) => void;
type Take = Pick<PoolingLayer, 'take'>;

/** [batch, steps, size] to [batch, size]. */
const POOLS: Readonly<Record<PoolingLayer['take'], (x: Tensor, mask: Tensor | undefined) => Tensor>> = {
  /** tfjs's own would give a tie's gradient to all of its steps; here the first has it. */
  max: (x) =>
    customGrad((...args: (Tensor | Save)[]) => {
      const [x, save] = args as [Tensor, Save];
      save([x]);
      return {
        value: max(x, 1),
        gradFunc: (dy: Tensor, saved: Tensor[]) => {
          const [x] = saved as [Tensor];
          const chosen = transpose(oneHot(argMax(x, 1), x.shape[1] ?? 1), [0, 2, 1]);
          return mul(expandDims(dy, 1), cast(chosen, 'float32'));
        },
      };
    })(x),
  mean: (x, mask) => {
    if (mask === undefined) return mean(x, 1);
    const counts = cast(mask, 'float32');
    return div(sum(mul(x, expandDims(counts, 2)), 1), maximum(sum(counts, 1, true), 1));
  },
};

/** The largest or the mean of all steps; padding is left out of a mean, but counts like anything else in a maximum. */
export class Pooling extends layers.Layer {
  static readonly className = 'StepPooling';
  readonly #take: PoolingLayer['take'];

  constructor(options: LayerOptions & Take) {
    super(options);
    this.#take = options.take;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    const [batch = null, , size = null] = shape as Shape;
    return [batch, size];
  }

  override call(inputs: Tensor | Tensor[], { mask }: Circumstances): Tensor {
    return tidy(() => POOLS[this.#take](single(inputs), mask));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), take: this.#take };
  }
}
serialization.registerClass(Pooling);
