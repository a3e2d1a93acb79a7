import { elements, type Shape, type Sizes } from '../../../equations/graph.ts';
import { output, run } from '../../../equations/numbers.ts';
import { parse } from '../../../equations/parse.ts';
import { randomNumbers } from '../../../equations/sample.ts';
import { backThroughTime } from '../../../equations/through-time.ts';
import { interpret } from '../../plan/interpreter.ts';
import { planOf } from '../../plan/planning.ts';
import type { Block } from '../block.ts';
import { Kernel, type KernelCode } from '../kernel.ts';
import { Layout } from '../layout.ts';
import { packedSpan } from '../operands.ts';
import type { CellOnTape, Scope } from '../part.ts';
import { arrangement, putCell } from '../recurrent.ts';
import { Tape } from '../tape.ts';

/** A cell on a batch of its own, for checks: what it is run on. */
export interface Trial extends CellOnTape {
  readonly input: number;
  readonly batch: number;
  readonly steps: number;
  readonly masked: boolean;
  /** How far from zero parameters, x and what arrives at the outputs are. */
  readonly scale?: number;
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

/** A cell on a tape of its own: what a caller fills, runs and reads. */
export function layOut(trial: Trial) {
  const { equations, units, input, batch, steps, sequences, masked } = trial;
  const graph = parse(equations);
  const sizes: Sizes = { input, units };
  const layout = new Layout();
  const names = arrangement(equations);
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  const sizeOf = (name: string) => elements(shapes.get(name) ?? [], sizes);
  const total = Math.max(
    1,
    names.reduce((sum, name) => sum + sizeOf(name), 0),
  );
  const rows = { weights: layout.block('weights', 1, total), gradients: layout.block('gradients', 1, total) };
  const cut =
    (which: keyof typeof rows) =>
    (...wanted: readonly string[]): Block => {
      const at = names.indexOf(wanted[0] ?? '');
      if (at < 0 || wanted.some((name, k) => names[at + k] !== name))
        throw new Error(`${wanted} lie apart in ${names}`);
      const before = names.slice(0, at).reduce((sum, name) => sum + sizeOf(name), 0);
      const count = wanted.reduce((sum, name) => sum + sizeOf(name), 0);
      const shape = shapes.get(wanted[0] ?? '') ?? [];
      const columns = shape.length === 2 ? sizes[shape[1] ?? 'units'] : count;
      const { offset } = rows[which];
      return {
        ...{ name: wanted.join(', '), offset: offset + 4 * before },
        ...{ rows: count / columns, columns, rowStride: columns, columnStride: 1 },
      };
    };
  const x = layout.block('x', steps * batch, input);
  const towardsInput = layout.block('dx', steps * batch, input);
  const mask = masked ? layout.block('mask', steps * batch, 1) : undefined;
  const arriving = layout.block('dy', (sequences ? steps : 1) * batch, units);
  const asked = new Set<string>();
  const taken: Block[] = [towardsInput, rows.gradients];
  const noted = (block: Block): Block => {
    taken.push(block);
    return block;
  };
  const memory: Scope = {
    block: (...size) => noted(layout.block(...size)),
    slot: (name) => noted(layout.slot(name)),
    packed: (...size) => {
      const packed = layout.packed(...size);
      noted(packedSpan(packed));
      return packed;
    },
    number: (value) => layout.number(value),
    ids: (...size) => layout.ids(...size),
  };
  const part = putCell(trial, {
    ...{ memory, batch, steps, input: x, mask, learns: true, inputGradient: towardsInput },
    ...{ weights: cut('weights'), keep: undefined },
    gradients: (...wanted) => {
      for (const name of wanted) asked.add(name);
      return cut('gradients')(...wanted);
    },
  });
  const tape = new Tape();
  part.forward(tape);
  part.backward(tape, arriving);
  const program = layout.program('a cell', tape);
  return {
    layout,
    program,
    names,
    cut,
    x,
    towardsInput,
    mask,
    arriving,
    output: part.output,
    tape,
    taken,
    asked,
  };
}

/** Runs a cell on the kernel. */
export function receivedOf(
  trial: Trial,
  { parameters, inputs, mask, seeds }: Numbers,
  code: KernelCode,
): Results {
  const placed = layOut(trial);
  const kernel = new Kernel(code, placed.layout);
  // Whatever the last batch left in memory must not matter.
  for (const block of placed.taken) kernel.floats(block).fill(Number.NaN);
  for (const [name, values] of parameters) kernel.floats(placed.cut('weights')(name)).set(values);
  const flat = (rows: readonly (readonly Float64Array[])[]) =>
    Float32Array.from(rows.flat().flatMap((row) => [...row]));
  kernel.floats(placed.x).set(flat(inputs));
  if (placed.mask !== undefined) kernel.floats(placed.mask).set(mask.flat().map(Number));
  const last = trial.direction === 'forward' ? trial.steps - 1 : 0;
  kernel.floats(placed.arriving).set(flat(trial.sequences ? seeds : seeds.slice(last, last + 1)));
  kernel.run(placed.program);
  const take = (block: Block) => Float64Array.from(kernel.floats(block));
  return new Map([
    ['outputs', take(placed.output)],
    ['towards x', take(placed.towardsInput)],
    ...[...parameters].map(([name, { length }]) => {
      // One that is never asked for stays zero, where the whole model's gradients are.
      const isWritten = placed.asked.has(name);
      return [name, isWritten ? take(placed.cut('gradients')(name)) : new Float64Array(length)] as const;
    }),
  ]);
}

/**
 * What float32 can hold of a cell: its plan, computed by the interpreter with every number rounded to float32. Where
 * that is far from the truth, a division by nearly nothing or a difference of large numbers is to blame, no kernel.
 */
export function roundedOf(trial: Trial, { parameters, inputs, mask, seeds }: Numbers): Results {
  const { equations, units, input, batch, steps, sequences, direction } = trial;
  const plan = planOf(parse(equations));
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
    },
    Math.fround,
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
