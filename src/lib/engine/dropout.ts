import { mul, serialization, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type LayerOptions, single } from './layer.ts';

/** Which batch is being trained on, so that what is dropped follows from the seed and the step alone. */
export interface Clock {
  step: number;
}

export type DropoutOptions = LayerOptions & {
  /** Share of elements set to zero, 0 to 1. */
  readonly rate: number;
  readonly seed: number;
  readonly clock: Clock;
};

/**
 * Dropout that can be repeated: a run that goes on from a checkpoint drops what it would have dropped. tfjs's own
 * draws the same mask again and again where it is seeded. What stays is divided by its share, while training only.
 */
export class Dropout extends layers.Layer {
  static readonly className = 'SeededDropout';
  readonly #options: Pick<DropoutOptions, 'rate' | 'seed' | 'clock'>;

  constructor(options: DropoutOptions) {
    super(options);
    this.#options = { rate: options.rate, seed: options.seed, clock: options.clock };
    this.supportsMasking = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    return shape as Shape;
  }

  override call(inputs: Tensor | Tensor[], { training }: { readonly training?: boolean }): Tensor {
    const input = single(inputs);
    const { rate, seed, clock } = this.#options;
    if (training !== true || rate === 0) return input;
    return tidy(() => mul(input, tensor(kept(input.size, rate, seed, clock.step), input.shape)));
  }

  override getConfig(): serialization.ConfigDict {
    const { rate, seed } = this.#options;
    return { ...super.getConfig(), rate, seed };
  }
}
serialization.registerClass(Dropout);

/** 1 / (1 - rate) where an element stays, 0 where it is dropped. */
export function kept(size: number, rate: number, seed: number, step: number): Float32Array {
  // Odd multipliers spread neighbouring seeds and steps over the generator's whole range.
  const random = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b));
  const threshold = rate * 2 ** 32;
  const share = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (random.next() >>> 0 < threshold ? 0 : share));
}
