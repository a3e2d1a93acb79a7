import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { elements, type Graph, type Shape, type Sizes } from './graph.ts';
import { output, type Recording, run } from './numbers.ts';
import { backThroughTime, type ThroughTime } from './through-time.ts';

/**
 * For laws about gradients: a graph with random numbers everywhere and the loss Σₜ seedₜ · outputₜ, which is read
 * from every step. Everything that a loss can be differentiated by lies in arrays that a law may change in place.
 */
export interface Sample {
  readonly graph: Graph;
  readonly sizes: Sizes;
  readonly parameters: ReadonlyMap<string, Float64Array>;
  readonly inputs: readonly Float64Array[];
  readonly initial: ReadonlyMap<string, Float64Array>;
  readonly seeds: readonly Float64Array[];
  readonly mask: readonly boolean[];
}

/** Uniform on ±1 throughout, from one seed. `mask` sets the number of steps. */
export function sample(graph: Graph, sizes: Sizes, mask: readonly boolean[], seed: number): Sample {
  const random = randomNumbers(seed);
  const draw = (shape: Shape) => Float64Array.from({ length: elements(shape, sizes) }, random);
  return {
    graph,
    sizes,
    parameters: new Map(graph.parameters.map(({ name, shape }) => [name, draw(shape)])),
    inputs: mask.map(() => draw(['input'])),
    initial: new Map(graph.states.map(({ name }) => [name, draw(['units'])])),
    seeds: mask.map(() => draw(['units'])),
    mask,
  };
}

/** A stream of numbers on ±1. */
export function randomNumbers(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => 2 * uniformFloat64(generator) - 1;
}

export function record({ graph, sizes, parameters, inputs, initial, mask }: Sample): Recording {
  return run(graph, sizes, parameters, inputs, { initial, mask });
}

export function loss(sampled: Sample): number {
  const recording = record(sampled);
  return sampled.seeds.reduce(
    (total, seed, t) => output(recording, t).reduce((sum, y, k) => sum + y * (seed[k] as number), total),
    0,
  );
}

export function differentiate(sampled: Sample): ThroughTime {
  return backThroughTime(record(sampled), sampled.seeds);
}

/** A place that the loss depends on, beside the derivative that the graph's gradient gives there. */
export interface Leaf {
  readonly name: string;
  readonly values: Float64Array;
  readonly derivative: Float64Array;
}

export function leaves(sampled: Sample, { parameters, inputs, initial }: ThroughTime): Leaf[] {
  const pairs = (
    kind: string,
    values: ReadonlyMap<string, Float64Array>,
    derivatives: ReadonlyMap<string, Float64Array>,
  ) =>
    [...values].map(([name, array]) => ({
      name: `${kind} ${name}`,
      values: array,
      derivative: derivatives.get(name) ?? new Float64Array(),
    }));
  return [
    ...pairs('parameter', sampled.parameters, parameters),
    ...pairs('initial', sampled.initial, initial),
    ...sampled.inputs.map((values, t) => ({
      name: `x at step ${t}`,
      values,
      derivative: inputs[t] ?? new Float64Array(),
    })),
  ];
}

/**
 * The derivative at 0 of a function of one number, by central differences of fourth order: with h = 10⁻³ both what
 * the formula leaves out and what rounding adds are about 10⁻¹² of the function's size.
 */
export function centralDifference(f: (step: number) => number, h = 1e-3): number {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

/** The same for one element of an array that `f` reads, which is left as it was. */
export function elementDifference(values: Float64Array, index: number, f: () => number): number {
  const value = values[index] as number;
  const difference = centralDifference((step) => {
    values[index] = value + step;
    return f();
  });
  values[index] = value;
  return difference;
}
