import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { initialParameters } from '../cells/initial.ts';
import { parse } from '../equations/parse.ts';
import type { Configuration } from './configuration.ts';
import type { TrainedModel } from './model.ts';

/** Keras's `random_uniform`, the Embedding layer's default. */
const EMBEDDING_BOUND = 0.05;

/**
 * The weights a run starts from, drawn on the CPU (tfjs's initialisers would compile hundreds of shaders) and from
 * the seed alone, so that every backend starts from the same ones. Starts are Keras's: word vectors uniform within
 * ±0.05, the head Glorot uniform, its bias zero.
 */
export function initialModel(configuration: Configuration): TrainedModel {
  const { equations, units, embedding: input, vocabulary, seed, starts, tokens } = configuration;
  const sizes = { input, units };
  // The bits are flipped so that this stream is not the one that batches are ordered by.
  const random = xoroshiro128plus(~seed);
  const uniform = (length: number, bound: number) =>
    Float32Array.from({ length }, () => (2 * uniformFloat64(random) - 1) * bound);
  return {
    equations,
    sizes,
    parameters: initialParameters(parse(equations), sizes, seed, { starts: Object.fromEntries(starts) }),
    embedding: uniform(vocabulary * input, EMBEDDING_BOUND),
    vocabulary,
    tokens,
    head: { weights: uniform(units, Math.sqrt(6 / (units + 1))), bias: 0 },
  };
}
