import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { initialParameters } from '../cells/initial.ts';
import { parse } from '../equations/parse.ts';
import { type Architecture, cellsOf, type Layer, valuesOf } from './architecture.ts';
import { mix } from './chance.ts';
import type { Weights } from './learner.ts';

/** Keras's `random_uniform`, the Embedding layer's default. */
const EMBEDDING_BOUND = 0.05;

/**
 * The weights that a model starts from, drawn on the CPU (tfjs's initialisers would compile hundreds of shaders) and
 * from the seed alone, so that every engine starts from the same ones. Starts are Keras's: word vectors uniform within
 * ±0.05, dense and convolution kernels Glorot uniform, their biases zero, cells as `cells/initial.ts` has them.
 *
 * Word vectors and kernels come from one stream, layer by layer; a cell's parameters from streams of their own.
 *
 * @param seed an integer, 0 to 2³² − 1
 * @param inputSizes what each layer reads; only to be given where a layer is tfjs's own, for which nothing is drawn here
 * @throws Error for a layer that only tfjs has, where these sizes aren't given
 */
export function initialWeights(
  architecture: Architecture,
  seed: number,
  inputSizes: readonly number[] = valuesOf(architecture).map(({ size }) => size),
): Weights {
  // The bits are flipped so that this stream is not the one that batches are ordered by.
  const random = xoroshiro128plus(~seed);
  const uniform: Uniform = (length, bound) =>
    new Float32Array(length).map(() => (2 * uniformFloat64(random) - 1) * bound);
  let cells = 0;
  /** The first cell draws from the seed itself, each further one from a seed mixed with its number. */
  const seedOfCell = (): number => {
    const number = cells++;
    return number === 0 ? seed : mix(mix(seed) + number);
  };
  return new Map(
    architecture.layers.flatMap((layer, place) =>
      weightsOfLayer(layer, inputSizes[place] ?? 0, uniform, seedOfCell),
    ),
  );
}

/** Numbers within ± a bound. */
type Uniform = (length: number, bound: number) => Float32Array;
type Named = readonly (readonly [name: string, values: Float32Array])[];

function weightsOfLayer(layer: Layer, input: number, uniform: Uniform, seedOfCell: () => number): Named {
  const { name } = layer;
  switch (layer.kind) {
    case 'embedding':
      return [[`${name}.table`, uniform(layer.vocabulary * layer.size, EMBEDDING_BOUND)]];
    case 'recurrent': {
      const graph = parse(layer.equations);
      const sizes = { input, units: layer.units };
      const starts = Object.fromEntries(layer.starts);
      return cellsOf(layer).flatMap(({ prefix }) =>
        [...initialParameters(graph, sizes, seedOfCell(), { starts })].map(
          ([parameter, values]) => [prefix + parameter, values] as const,
        ),
      );
    }
    case 'convolution': {
      const { width, filters } = layer;
      return [
        [`${name}.kernel`, uniform(width * input * filters, glorot(width * input, width * filters))],
        [`${name}.bias`, new Float32Array(filters)],
      ];
    }
    case 'dense':
      return [
        [`${name}.weights`, uniform(layer.units * input, glorot(input, layer.units))],
        [`${name}.bias`, new Float32Array(layer.units)],
      ];
    case 'dropout':
    case 'pooling':
    case 'plain':
      return [];
  }
}

/** Glorot and Bengio's bound: as many numbers read as written keeps the variance on its way in both directions. */
function glorot(fanIn: number, fanOut: number): number {
  return Math.sqrt(6 / (fanIn + fanOut));
}
