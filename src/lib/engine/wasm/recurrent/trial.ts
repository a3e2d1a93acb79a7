import { elements, type Shape, type Sizes } from '../../../equations/graph.ts';
import { output, run } from '../../../equations/numbers.ts';
import { parse } from '../../../equations/parse.ts';
import { randomNumbers } from '../../../equations/sample.ts';
import { backThroughTime } from '../../../equations/through-time.ts';
import { interpret, type Sequences } from '../../plan/interpreter.ts';
import { planOf } from '../../plan/planning.ts';
import type { CellOnTape } from '../part.ts';

/** A cell on a batch of its own, for checks: what it is run on. */
export interface Trial extends CellOnTape {
  readonly input: number;
  readonly batch: number;
  readonly steps: number;
  readonly masked: boolean;
  /** How far from zero parameters, x and what arrives at the outputs are; 1 where nothing is said. */
  readonly scale?: number;
  /** Whether there is a backward pass; there is where nothing is said. */
  readonly learns?: boolean;
  /** Recurrent dropout's rate; 0 where nothing is said. */
  readonly keepRate?: number;
}

/** Everything that comes of a batch: the outputs, x's gradient, and each parameter's. */
export type Results = ReadonlyMap<string, Float64Array>;

/** Random numbers that float32 holds. Rows have padding on either side, the first excepted. */
export interface Numbers {
  readonly parameters: ReadonlyMap<string, Float64Array>;
  /** [steps, batch]: one x each. */
  readonly inputs: readonly (readonly Float64Array[])[];
  readonly mask: readonly (readonly boolean[])[];
  readonly seeds: readonly (readonly Float64Array[])[];
}

export function drawNumbers(
  { equations, units, input, batch, steps, masked, scale = 1 }: Trial,
  seed: number,
): Numbers {
  const graph = parse(equations);
  const random = randomNumbers(seed);
  const sizes: Sizes = { input, units };
  const numbers = (shape: Shape, scale: number) =>
    Float64Array.from({ length: elements(shape, sizes) }, () => Math.fround(scale * random()));
  const fanIn = (shape: Shape) => (shape.length === 2 ? 1 / Math.sqrt(sizes[shape[1] ?? 'units']) : 1);
  const each = <Value>(make: (t: number, row: number) => Value) =>
    Array.from({ length: steps }, (_, t) => Array.from({ length: batch }, (_, row) => make(t, row)));
  const parameters = new Map(
    graph.parameters.map(({ name, shape }) => [name, numbers(shape, scale * fanIn(shape))]),
  );
  const counts = (t: number, row: number) =>
    !masked ||
    (t >= Math.floor((row * steps) / (2 * batch)) && t < steps - Math.floor((row * steps) / (5 * batch)));
  const mask = each(counts);
  return {
    parameters,
    mask,
    inputs: each((t, row) => (mask[t]?.[row] ? numbers(['input'], scale) : new Float64Array(input))),
    seeds: each(() => numbers(['units'], scale)),
  };
}

/** The same by the equations' own evaluator and gradient, in float64, an example at a time. */
export function expectedOf(trial: Trial, { parameters, inputs, mask, seeds }: Numbers): Results {
  const { equations, units, input, batch, steps, sequences, direction } = trial;
  const graph = parse(equations);
  const sizes: Sizes = { input, units };
  const results = new Map([...parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
  const outputs = new Float64Array((sequences ? steps : 1) * batch * units);
  const towardsInput = new Float64Array(steps * batch * input);
  const order = Array.from({ length: steps }, (_, t) => (direction === 'forward' ? t : steps - 1 - t));
  const last = steps - 1;
  for (let row = 0; row < batch; row++) {
    const of = <Value>(rows: readonly (readonly Value[])[]) => order.map((t) => rows[t]?.[row] as Value);
    const recording = run(graph, sizes, parameters, of(inputs), { mask: of(mask) });
    const arriving = of(seeds).map((seed, t) => (sequences || t === last ? seed : undefined));
    const back = backThroughTime(recording, arriving);
    for (const [name, values] of back.parameters) {
      const sum = results.get(name) as Float64Array;
      for (const [k, value] of values.entries()) sum[k] = (sum[k] as number) + value;
    }
    for (const [t, place] of order.entries()) {
      towardsInput.set(back.inputs[t] as Float64Array, (place * batch + row) * input);
      if (sequences) outputs.set(output(recording, t), (place * batch + row) * units);
      else if (t === last) outputs.set(output(recording, t), row * units);
    }
  }
  return new Map([['outputs', outputs], ['towards x', towardsInput], ...results]);
}

/**
 * What float32 can hold of a cell: its plan, computed by the interpreter with every number rounded to float32. Where
 * that is far from the truth, a division by nearly nothing or a difference of large numbers is to blame, no kernel.
 */
export function roundedOf(trial: Trial, numbers: Numbers): Results {
  return interpretedOf(trial, numbers, undefined, Math.fround);
}

/** The plan's own results, by its interpreter. */
export function interpretedOf(
  trial: Trial,
  { parameters, inputs, mask, seeds }: Numbers,
  keeps: Sequences['keeps'],
  round?: (value: number) => number,
): Results {
  const { equations, units, input, batch, steps, sequences, direction } = trial;
  const plan = planOf(parse(equations), { recurrentDropout: keeps !== undefined });
  const order = Array.from({ length: steps }, (_, t) => (direction === 'forward' ? t : steps - 1 - t));
  const ofEach = <Value>(rows: readonly (readonly Value[])[]) =>
    Array.from({ length: batch }, (_, row) => order.map((t) => rows[t]?.[row] as Value));
  const { outputs, gradients, inputAdjoints } = interpret(
    plan,
    { input, units },
    parameters,
    {
      inputs: ofEach(inputs),
      mask: ofEach(mask),
      seeds: ofEach(seeds).map((row) =>
        row.map((seed, t) => (sequences || t === steps - 1 ? seed : undefined)),
      ),
      ...(keeps === undefined ? {} : { keeps }),
    },
    round,
  );
  const results = new Map(
    [...parameters].map(([name, { length }]) => [name, gradients.get(name) ?? new Float64Array(length)]),
  );
  const towardsInput = new Float64Array(steps * batch * input);
  const out = new Float64Array((sequences ? steps : 1) * batch * units);
  for (let row = 0; row < batch; row++)
    for (const [t, place] of order.entries()) {
      towardsInput.set(inputAdjoints[row]?.[t] ?? [], (place * batch + row) * input);
      if (sequences || t === steps - 1)
        out.set(outputs[row]?.[t] ?? [], ((sequences ? place * batch : 0) + row) * units);
    }
  return new Map([['outputs', out], ['towards x', towardsInput], ...results]);
}
