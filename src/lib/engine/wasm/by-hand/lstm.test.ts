import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../../scripts/wasm-kernel.ts';
import { lstm } from '../../../cells/lstm.ts';
import { output, run } from '../../../equations/numbers.ts';
import { sigmoid, softplus } from '../../../equations/operations.ts';
import { parse } from '../../../equations/parse.ts';
import { randomNumbers } from '../../../equations/sample.ts';
import { backThroughTime } from '../../../equations/through-time.ts';
import type { Block } from '../block.ts';
import { type Flavour, Kernel, type KernelCode } from '../kernel.ts';
import { bothKernels } from '../node.ts';
import { GATES, type LstmSizes, lstmTape } from './lstm.ts';

const graph = parse(lstm.equations);
const RATE = 1e-3;
const CLIP = 0.05;
const PARTS = ['W', 'U', 'b', 'head', 'headBias', 'embedding'] as const;
type Numbers = Readonly<Record<(typeof PARTS)[number], Float64Array>>;

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

interface Batch {
  readonly parameters: Numbers;
  /** Word numbers, all rows of step 0 first. */
  readonly words: readonly number[];
  readonly labels: readonly number[];
}

/** Numbers that float32 holds exactly, so that both sides start from the same. */
function draw({ batch, steps, input, units, vocabulary }: LstmSizes): Batch {
  const random = randomNumbers(7);
  const numbers = (count: number, scale: number) =>
    Float64Array.from({ length: count }, () => Math.fround(scale * random()));
  const gates = GATES.length * units;
  const scale = 1 / Math.sqrt(units);
  return {
    parameters: {
      ...{ W: numbers(gates * input, scale), U: numbers(gates * units, scale), b: numbers(gates, 1) },
      ...{ head: numbers(units, 1), headBias: numbers(1, 1), embedding: numbers(vocabulary * input, 1) },
    },
    words: Array.from({ length: batch * steps }, () => Math.floor((vocabulary * (random() + 1)) / 2)),
    labels: Array.from({ length: batch }, () => Number(random() > 0)),
  };
}

/** The same batch in float64, by the equations' own evaluator and gradient, a review at a time. */
function exactly(sizes: LstmSizes, { parameters, words, labels }: Batch) {
  const { batch, steps, input, units } = sizes;
  const gradients: Numbers = {
    ...{ W: parameters.W.map(() => 0), U: parameters.U.map(() => 0), b: parameters.b.map(() => 0) },
    ...{ head: parameters.head.map(() => 0), headBias: parameters.headBias.map(() => 0) },
    embedding: parameters.embedding.map(() => 0),
  };
  const add = (to: Float64Array, from: number, values: ArrayLike<number>, factor = 1) => {
    for (let k = 0; k < values.length; k++)
      to[from + k] = (to[from + k] ?? Number.NaN) + factor * (values[k] ?? Number.NaN);
  };
  const gateOf = (part: 'W' | 'U' | 'b', k: number) => {
    const size = parameters[part].length / GATES.length;
    return parameters[part].subarray(k * size, (k + 1) * size);
  };
  const cell = new Map(
    GATES.flatMap((gate, k) => (['W', 'U', 'b'] as const).map((part) => [`${part}${gate}`, gateOf(part, k)])),
  );
  let loss = 0;
  let right = 0;
  for (let row = 0; row < batch; row++) {
    const read = Array.from({ length: steps }, (_, t) => words[t * batch + row] ?? 0);
    const inputs = read.map((word) => parameters.embedding.subarray(word * input, (word + 1) * input));
    const recording = run(graph, { input, units }, cell, inputs);
    const h = output(recording, steps - 1);
    const logit = h.reduce(
      (sum, value, k) => sum + value * (parameters.head[k] ?? 0),
      parameters.headBias[0] ?? 0,
    );
    const side = 2 * (labels[row] ?? 0) - 1;
    loss += softplus(-side * logit) / batch;
    right += Number(side * logit > 0);
    const dLogit = (-side * sigmoid(-side * logit)) / batch;
    add(gradients.head, 0, h, dLogit);
    add(gradients.headBias, 0, [dLogit]);
    const seeds = new Array<Float64Array | undefined>(steps).fill(undefined);
    seeds[steps - 1] = parameters.head.map((weight) => weight * dLogit);
    const through = backThroughTime(recording, seeds);
    for (const [k, gate] of GATES.entries())
      for (const part of ['W', 'U', 'b'] as const) {
        const gradient = through.parameters.get(`${part}${gate}`) ?? new Float64Array();
        add(gradients[part], k * gradient.length, gradient);
      }
    for (const [t, word] of read.entries())
      add(gradients.embedding, word * input, through.inputs[t] ?? new Float64Array());
  }
  const squares = PARTS.reduce((sum, part) => gradients[part].reduce((sum, g) => sum + g * g, sum), 0);
  const scale = Math.min(1, CLIP / Math.sqrt(squares));
  // Adam's first step: both moments, corrected, are the gradient and its square.
  const moved = (part: (typeof PARTS)[number]) =>
    parameters[part].map((value, k) => {
      const gradient = scale * (gradients[part][k] ?? Number.NaN);
      return value - (RATE * gradient) / (Math.abs(gradient) + 1e-8);
    });
  return { loss, right, squares, gradients, moved };
}

/** The same batch by the kernel, `times` in a row. */
function byKernel(code: KernelCode, sizes: LstmSizes, { parameters, words, labels }: Batch, times = 1) {
  const tape = lstmTape(sizes, CLIP);
  const kernel = new Kernel(code, tape.layout);
  for (const part of PARTS) kernel.floats(tape.parameters[part]).set(parameters[part]);
  kernel.integers(tape.ids).set(words);
  kernel.floats(tape.labels).set(labels);
  const copy = (block: Block) => kernel.floats(block).slice();
  for (let step = 1; step <= times; step++) {
    if (step > 1) kernel.run(tape.clear);
    kernel.floats(tape.schedule).set([RATE / (1 - 0.9 ** step), 1 / (1 - 0.999 ** step)]);
    kernel.run(tape.program);
  }
  const [loss, right, squares] = [tape.loss, tape.right, tape.squares].map(
    (slot) => kernel.floats(slot)[0] ?? 0,
  );
  const gradients = new Map(PARTS.map((part) => [part, copy(tape.gradients[part])]));
  const moved = new Map(PARTS.map((part) => [part, copy(tape.parameters[part])]));
  return { loss, right, squares, gradients, moved };
}

/** The largest difference, relative to the largest number; where all are zero, the largest difference. */
function apart(actual: ArrayLike<number> | undefined, expected: Float64Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return expected.reduce(
    (most, value, k) => Math.max(most, Math.abs((actual?.[k] ?? Number.NaN) - value) / largest),
    0,
  );
}

const CASES: readonly LstmSizes[] = [
  { batch: 1, steps: 1, input: 1, units: 1, vocabulary: 2 },
  { batch: 7, steps: 2, input: 3, units: 5, vocabulary: 4 },
  { batch: 5, steps: 13, input: 7, units: 33, vocabulary: 9 },
  { batch: 4, steps: 80, input: 32, units: 32, vocabulary: 50 },
];

describe.each(['plain', 'relaxed'] as const)('an LSTM batch on the %s kernel', (flavour) => {
  it.each(CASES)('batch $batch, $steps steps, $units units: as the equations say', (sizes) => {
    const batch = draw(sizes);
    const expected = exactly(sizes, batch);
    const found = byKernel(codes[flavour], sizes, batch);
    expect(Math.abs((found.loss ?? 0) - expected.loss)).toBeLessThan(1e-6);
    expect(found.right).toBe(expected.right);
    expect(Math.abs((found.squares ?? 0) / expected.squares - 1)).toBeLessThan(1e-5);
    for (const part of PARTS)
      expect(apart(found.gradients.get(part), expected.gradients[part]), part).toBeLessThan(1e-5);
    for (const part of PARTS) {
      // Adam's first step is the gradient's sign where the gradient is not tiny: there its error is magnified.
      const moved = expected.moved(part);
      for (const [k, value] of moved.entries())
        if (Math.abs(expected.gradients[part][k] ?? 0) > 1e-4 * CLIP || expected.gradients[part][k] === 0)
          expect(Math.abs((found.moved.get(part)?.[k] ?? Number.NaN) - value), `${part} ${k}`).toBeLessThan(
            3e-7,
          );
    }
  });
});

describe('the two kernels', () => {
  it('stay within 1e-5 over 20 batches, and each repeats itself to the last bit', () => {
    const sizes = { batch: 4, steps: 20, input: 8, units: 12, vocabulary: 30 };
    const batch = draw(sizes);
    const [plain, again, relaxed] = [codes.plain, codes.plain, codes.relaxed].map((code) =>
      byKernel(code, sizes, batch, 20),
    );
    expect(again).toEqual(plain);
    expect(Math.abs((plain?.loss ?? 0) - (relaxed?.loss ?? 1))).toBeLessThan(1e-5);
    for (const part of PARTS)
      expect(
        apart(relaxed?.moved.get(part), Float64Array.from(plain?.moved.get(part) ?? [])),
        part,
      ).toBeLessThan(1e-5);
    // It learns: twenty times the same batch.
    expect(plain?.loss).toBeLessThan(byKernel(codes.plain, sizes, batch).loss ?? 0);
  });
});
