import { mul, serialization, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import { keyOf, stays, threshold } from '../../chance.ts';
import { type Clock, STILL } from './clock.ts';
import { type Circumstances, type LayerOptions, single } from './layer.ts';

type DropoutOptions = LayerOptions & {
  /** Share of elements set to zero, 0 to 1. */
  readonly rate: number;
  /** Of a sequence: whether the same features are dropped at all its steps. */
  readonly spatial: boolean;
  /** The layer's place in its model. */
  readonly place: number;
  readonly clock?: Clock;
};

/**
 * Dropout that can be repeated, by `chance.ts`; tfjs's own draws the same mask again and again where it is seeded.
 * What stays is divided by its share, while training only.
 */
export class Dropout extends layers.Layer {
  static readonly className = 'SeededDropout';
  readonly #options: Pick<DropoutOptions, 'rate' | 'spatial' | 'place'>;
  readonly #clock: Clock;

  constructor(options: DropoutOptions) {
    super(options);
    const { rate, spatial, place, clock = STILL } = options;
    this.#options = { rate, spatial, place };
    this.#clock = clock;
    this.supportsMasking = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    return shape as Shape;
  }

  override call(inputs: Tensor | Tensor[], { training }: Circumstances): Tensor {
    const input = single(inputs);
    const { rate, spatial, place } = this.#options;
    if (training !== true || rate === 0) return input;
    const shape = spatial && input.rank === 3 ? input.shape.with(1, 1) : input.shape;
    return tidy(() => mul(input, factors(shape, rate, place, this.#clock)));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(Dropout);

/** 1 / (1 − rate) where an element stays, 0 where it is dropped. @param place as `keyOf` counts it */
export function factors(
  shape: readonly number[],
  rate: number,
  place: number,
  { seed, step }: Clock,
): Tensor {
  const key = keyOf(seed, place, step);
  const limit = threshold(rate);
  const share = 1 / (1 - rate);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, index) => (stays(key, index, limit) ? share : 0)),
    [...shape],
  );
}
