import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { elements, type Graph, type Parameter, type Sizes } from '../equations/graph.ts';
import type { Cell } from './cell.ts';
import { orthogonal } from './orthogonal.ts';

/** Draws a parameter's start: one number an element, row-major. `random` is uniform on [0, 1). */
type Initialiser = (parameter: Parameter, sizes: Sizes, random: () => number, start: number) => Float64Array;

/**
 * Keras's starts: [units, units] orthogonal, every other matrix Glorot uniform, vectors at zero or at the constant
 * that the cell's file gives (Keras starts the LSTM's forget bias at 1: `unit_forget_bias`).
 *
 * One thing differs from Keras, which lays the gates of a layer side by side and draws them as one matrix. For the
 * LSTM that is [input, 4 units] for the kernel, so Glorot's bound there is √(6 / (input + 4 units)), and
 * [units, 4 units] for the recurrent kernel, which is orthogonal as a whole (U Uᵀ = 1 over the four gates together),
 * so that a gate's own block is not, and is half as large. Here a matrix is drawn by itself, because equations name
 * their matrices one by one and any cell may be written: every W has the bound √(6 / (input + units)), every U is
 * orthogonal.
 */
const keras: Initialiser = ({ shape }, sizes, random, start) => {
  if (shape.length === 1) return new Float64Array(sizes[shape[0]]).fill(start);
  const [rows, columns] = shape;
  if (rows === 'units' && columns === 'units') return orthogonal(sizes.units, random);
  return uniform(sizes[rows] * sizes[columns], Math.sqrt(6 / (sizes[rows] + sizes[columns])), random);
};

/**
 * PyTorch's starts: every parameter of `torch.nn.RNN`, `LSTM` and `GRU`, biases too, uniform on ±1/√units.
 * A cell's own constants are not used: PyTorch has no forget bias.
 */
const pytorch: Initialiser = ({ shape }, sizes, random) =>
  uniform(elements(shape, sizes), 1 / Math.sqrt(sizes.units), random);

/** The conventions by name; the site's default is Keras's. */
const CONVENTIONS = { keras, pytorch } as const;
export type InitialConvention = keyof typeof CONVENTIONS;

export interface InitialOptions {
  /** Whose starts; Keras's where nothing is said. */
  readonly convention?: InitialConvention;
  /** A cell's own constants for vectors (`cell.initial`); names that the graph lacks are ignored. */
  readonly starts?: Cell['initial'];
}

/**
 * Initial values for every parameter of any graph.
 *
 * One seed gives them all. A parameter's numbers come from a stream of its own, made from the seed and its name, so
 * they do not depend on the order of the equations: a line added to a cell leaves the other starts as they were.
 *
 * @param seed an integer, 0 to 2³² - 1
 * @returns by parameter name, row-major float32, in order of first appearance
 */
export function initialParameters(
  graph: Graph,
  sizes: Sizes,
  seed: number,
  { convention = 'keras', starts = {} }: InitialOptions = {},
): Map<string, Float32Array> {
  const constants = new Map(Object.entries(starts));
  const draw = CONVENTIONS[convention];
  return new Map(
    graph.parameters.map((parameter) => {
      const random = stream(seed, parameter.name);
      const values = draw(parameter, sizes, random, constants.get(parameter.name) ?? 0);
      return [parameter.name, Float32Array.from(values)];
    }),
  );
}

function uniform(length: number, bound: number, random: () => number): Float64Array {
  return Float64Array.from({ length }, () => (2 * random() - 1) * bound);
}

/** Uniform numbers on [0, 1) that depend on the seed and the name alone. */
function stream(seed: number, name: string): () => number {
  const generator = xoroshiro128plus(hash(`${seed} ${name}`));
  return () => uniformFloat64(generator);
}

/** FNV-1a over UTF-16 units, then murmur3's finaliser, so that near names and seeds start far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
