import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells, findCell } from '../../cells/index.ts';
import { cellText } from '../../equations/arbitrary.ts';
import { elements, type Shape, type Sizes } from '../../equations/graph.ts';
import { output, run } from '../../equations/numbers.ts';
import { parse } from '../../equations/parse.ts';
import { randomNumbers } from '../../equations/sample.ts';
import { backThroughTime } from '../../equations/through-time.ts';
import { STRANGE_CELLS } from '../testing/strange-cells.ts';
import { interpret, type Sequences } from './interpreter.ts';
import type { PlanOptions } from './plan.ts';
import { planOf } from './planning.ts';

const SIZES: Sizes = { input: 3, units: 4 };
const EXAMPLES = 3;
const STEPS = 5;

interface Setting {
  readonly masked: boolean;
  readonly sequences: boolean;
}

const SETTINGS: readonly Setting[] = [
  { masked: false, sequences: false },
  { masked: true, sequences: false },
  { masked: true, sequences: true },
];

/**
 * Random numbers for a cell and a batch. The first example has no padding, the others have some on either side, where x
 * is zero: what is divided by it there must reach nothing.
 */
function draw(equations: string, { masked, sequences }: Setting) {
  const graph = parse(equations);
  const random = randomNumbers(5);
  const numbers = (shape: Shape) => Float64Array.from({ length: elements(shape, SIZES) }, random);
  const each = <Value>(make: (row: number, t: number) => Value) =>
    Array.from({ length: EXAMPLES }, (_, row) => Array.from({ length: STEPS }, (_, t) => make(row, t)));
  const parameters = new Map(graph.parameters.map(({ name, shape }) => [name, numbers(shape)]));
  const counts = (row: number, t: number) => !masked || (t >= row && t < STEPS - row + 1);
  const batch: Sequences = {
    inputs: each((row, t) => (counts(row, t) ? numbers(['input']) : new Float64Array(SIZES.input))),
    mask: each(counts),
    seeds: each((_, t) => (sequences || t === STEPS - 1 ? numbers(['units']) : undefined)),
  };
  return { graph, parameters, batch };
}

/** The same by the equations' own evaluator and gradient, an example at a time. */
function expected({ graph, parameters, batch }: ReturnType<typeof draw>) {
  const { inputs, mask, seeds } = batch;
  const gradients = new Map(
    graph.parameters.map(({ name, shape }) => [name, new Float64Array(elements(shape, SIZES))]),
  );
  const outputs: Float64Array[][] = [];
  const inputAdjoints: Float64Array[][] = [];
  for (const [row, x] of inputs.entries()) {
    const recording = run(graph, SIZES, parameters, x, { mask: mask[row] ?? [] });
    const back = backThroughTime(recording, seeds[row] ?? []);
    outputs.push(x.map((_, t) => output(recording, t)));
    inputAdjoints.push([...back.inputs]);
    for (const [name, values] of back.parameters)
      gradients.set(
        name,
        (gradients.get(name) ?? values).map((sum, k) => sum + (values[k] ?? Number.NaN)),
      );
  }
  return { outputs, inputAdjoints, gradients };
}

/**
 * The largest difference relative to the largest number expected; infinite where a NaN is not expected. Where all that
 * is expected has cancelled (`W x - W x`), what rounding leaves is held to a thousandth of what arrives.
 */
function apart(received: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let [difference, largest] = [0, 1e-3];
  for (let k = 0; k < wanted.length; k++) {
    const [is, should] = [received[k] ?? Number.NaN, wanted[k] ?? Number.NaN];
    if (!Object.is(is, should)) difference = Math.max(difference, Math.abs(is - should));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(should));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** How far a plan is from the truth, at worst; undefined where the truth itself is not finite. */
function error(equations: string, setting: Setting, options: PlanOptions = {}): number | undefined {
  const drawn = draw(equations, setting);
  const wanted = expected(drawn);
  const isKnown = [
    ...wanted.outputs.flat(),
    ...wanted.inputAdjoints.flat(),
    ...wanted.gradients.values(),
  ].every((values) => values.every(Number.isFinite));
  if (!isKnown) return undefined;
  const plan = planOf(drawn.graph, { masked: setting.masked, ...options });
  const { outputs, gradients, inputAdjoints } = interpret(plan, SIZES, drawn.parameters, drawn.batch);
  const flat = (rows: readonly (readonly Float64Array[])[]) => rows.flat().flatMap((row) => [...row]);
  const zeros = (length: number) => new Float64Array(length);
  return Math.max(
    apart(flat(outputs), flat(wanted.outputs)),
    plan.inputAdjoint === undefined
      ? Math.max(...flat(wanted.inputAdjoints).map(Math.abs))
      : apart(flat(inputAdjoints), flat(wanted.inputAdjoints)),
    ...[...wanted.gradients].map(([name, values]) =>
      apart(gradients.get(name) ?? zeros(values.length), values),
    ),
  );
}

/** Hundreds of cells in plain JavaScript: seconds where the processor is shared. */
describe('a plan, computed moment by moment', { timeout: 60_000 }, () => {
  const texts = [...cells.map(({ id, equations }) => [id, equations] as const), ...STRANGE_CELLS];

  describe.each(SETTINGS)('masked: $masked, sequences: $sequences', (setting) => {
    it.each(texts)('%s: outputs and gradients are those of the equations', (_, equations) => {
      expect(error(equations, setting)).toBeLessThan(1e-12);
      expect(error(equations, setting, { again: () => true })).toBeLessThan(1e-12);
    });

    it('made at random', () => {
      let known = 0;
      fc.assert(
        fc.property(cellText(), (equations) => {
          const found = error(equations, setting);
          if (found === undefined) return;
          known += 1;
          expect(found).toBeLessThan(1e-12);
        }),
        { seed: 6, numRuns: 200 },
      );
      expect(known).toBeGreaterThan(150);
    });
  });

  it('keeps what a padded row makes of a pole away from the gradients', () => {
    const equations = "a = 1 / (W x)\nh' = tanh(U h + a + V (h * a) + b)";
    expect(error(equations, { masked: true, sequences: false })).toBeLessThan(1e-12);
    const unguarded = error(equations, { masked: true, sequences: false }, { masked: false });
    expect(unguarded).toBe(Number.POSITIVE_INFINITY);
  });

  it('drops the same of what each product in the loop reads, forward and backward', () => {
    const written = findCell('gru-reset-before').equations;
    const thinned = written
      .replaceAll(/(U[zr]) h/g, '$1 (kept * h)')
      .replace('Un (r * h)', 'Un (kept * (r * h))');
    const setting = { masked: true, sequences: true };
    const { graph, parameters, batch } = draw(thinned, setting);
    const units = Float64Array.of(2, 0, 2, 0);
    const same = new Map([...parameters, ['kept', units]]);
    const explicit = interpret(planOf(graph), SIZES, same, batch);
    const keeps = batch.inputs.map(() => ({ units, input: new Float64Array(SIZES.input) }));
    const plan = planOf(parse(written), { recurrentDropout: true });
    const dropped = interpret(plan, SIZES, parameters, { ...batch, keeps });
    expect(dropped.outputs).toEqual(explicit.outputs);
    for (const [name, values] of dropped.gradients)
      expect(apart(values, explicit.gradients.get(name) ?? []), name).toBeLessThan(1e-12);
    expect(explicit.gradients.size).toBe(dropped.gradients.size + 1);
  });
});
