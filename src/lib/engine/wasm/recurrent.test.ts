import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { cells, findCell } from '../../cells/index.ts';
import { cellText } from '../../equations/arbitrary.ts';
import { parse } from '../../equations/parse.ts';
import { relativeError } from '../relative-error.ts';
import { STRANGE_CELLS } from '../testing/strange-cells.ts';
import type { Flavour, KernelCode } from './kernel.ts';
import { bothKernels } from './node.ts';
import {
  drawNumbers,
  expectedOf,
  interpretedOf,
  type Results,
  roundedOf,
  type Trial,
} from './recurrent/trial.ts';
import { keepsOf, layOut, receivedOf } from './recurrent/trial-tape.ts';
import { arrangement } from './recurrent.ts';

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

/**
 * The result that is furthest from the truth; undefined where the truth itself isn't finite. What counts is 1e-5, or
 * twice what the same computation in float32 numbers is off (`roundedOf`): no float32 kernel can know better. Where all
 * that is expected has cancelled (`W x - W x`), what rounding leaves is held to a hundredth of what arrives.
 */
function furthest(trial: Trial, flavour: Flavour) {
  const numbers = drawNumbers(trial, 3);
  const expected = expectedOf(trial, numbers);
  if (![...expected.values()].every((values) => values.every(Number.isFinite))) return undefined;
  const received = receivedOf(trial, numbers, codes[flavour]);
  const errors = [...expected].map(([name, values]) => ({
    name,
    error: relativeError(received.get(name), values, FLOOR),
  }));
  let rounded: Results | undefined;
  const judged = errors.map(({ name, error }) => {
    if (error < 1e-5) return { name, error, allowed: 1e-5 };
    rounded ??= roundedOf(trial, numbers);
    return {
      name,
      error,
      allowed: Math.max(1e-5, 2 * relativeError(rounded.get(name), expected.get(name) ?? [], FLOOR)),
    };
  });
  return judged.reduce((worst, one) => (one.error / one.allowed > worst.error / worst.allowed ? one : worst));
}

/** Parameters, x and what arrives at the outputs are of the order of 1. */
const FLOOR = 1e-2;

const SIZES = [
  { units: 1, batch: 1, steps: 1, input: 1 },
  { units: 3, batch: 7, steps: 2, input: 5 },
  { units: 5, batch: 1, steps: 81, input: 3 },
  { units: 33, batch: 7, steps: 6, input: 4 },
];
const SETTINGS = [
  { masked: false, sequences: false, direction: 'forward' },
  { masked: true, sequences: true, direction: 'forward' },
  { masked: false, sequences: true, direction: 'backward' },
  { masked: true, sequences: false, direction: 'backward' },
] as const;
const TEXTS = [...cells.map(({ id, equations }) => [id, equations] as const), ...STRANGE_CELLS];

/** Every case is computed in float64 too, in plain JavaScript: seconds where the processor is shared. */
describe('a cell on the tape', { timeout: 60_000 }, () => {
  describe.each(SETTINGS)('masked: $masked, sequences: $sequences, $direction', (setting) => {
    it.each(TEXTS)('%s: outputs and gradients are those of the equations', (_, equations) => {
      for (const [k, sizes] of SIZES.entries()) {
        const found = furthest({ equations, ...sizes, ...setting }, k === 1 ? 'plain' : 'relaxed');
        if (found === undefined) throw new Error('the equations’ own numbers are not finite');
        expect(found.error, `${found.name} at ${JSON.stringify(sizes)}`).toBeLessThan(found.allowed);
      }
    });
  });

  it.each(cells.map(({ id }) => id))('%s at 33 units, batch 7, 81 steps', (id) => {
    const trial = { equations: findCell(id).equations, units: 33, batch: 7, steps: 81, input: 32 };
    const found = furthest({ ...trial, masked: true, sequences: true, direction: 'forward' }, 'relaxed');
    expect(found?.error, found?.name).toBeLessThan(1e-5);
  });

  it('made at random', () => {
    let known = 0;
    let within = 0;
    fc.assert(
      fc.property(
        cellText(),
        fc.constantFrom(
          { units: 1, batch: 2, steps: 3, input: 2 },
          { units: 3, batch: 7, steps: 2, input: 5 },
          { units: 9, batch: 2, steps: 6, input: 4 },
        ),
        fc.constantFrom(...SETTINGS),
        (equations, sizes, setting) => {
          const found = furthest({ equations, ...sizes, ...setting }, 'relaxed');
          if (found === undefined) return;
          known += 1;
          if (found.error < 1e-5) within += 1;
          expect(found.error, found.name).toBeLessThanOrEqual(found.allowed);
        },
      ),
      { seed: 6, numRuns: 200 },
    );
    expect(known).toBeGreaterThan(150);
    // The others divide by nearly nothing, or hold numbers such as 1e-200 that are zero in float32.
    expect(within / known).toBeGreaterThan(0.9);
  });

  it.each(cells.map(({ id }) => id))('%s: recurrent dropout is as the plan says', (id) => {
    const equations = findCell(id).equations;
    const trial = { equations, units: 5, batch: 3, steps: 4, input: 2, keepRate: 0.4 };
    const whole = { ...trial, masked: true, sequences: true, direction: 'forward' } as const;
    const numbers = drawNumbers(whole, 3);
    const rows = (size: number) =>
      Array.from({ length: 3 }, (_, row) => keepsOf(whole, size).subarray(row * size, (row + 1) * size));
    const [units, input] = [rows(5), rows(2)];
    const keeps = units.map((kept, row) => ({ units: kept, input: input[row] ?? kept }));
    const received = receivedOf(whole, numbers, codes.relaxed);
    for (const [name, values] of interpretedOf(whole, numbers, keeps))
      expect(relativeError(received.get(name), values), name).toBeLessThan(1e-5);
    expect(
      relativeError(received.get('outputs'), expectedOf(whole, numbers).get('outputs') ?? []),
    ).toBeGreaterThan(0.01);
  });

  it.each(SETTINGS)(
    'gives the same without a backward pass ($direction, sequences: $sequences)',
    (setting) => {
      for (const { equations } of cells) {
        const trial = { equations, units: 5, batch: 3, steps: 4, input: 2, ...setting };
        const numbers = drawNumbers(trial, 3);
        const outputs = receivedOf(trial, numbers, codes.relaxed).get('outputs') ?? [];
        const alone = receivedOf({ ...trial, learns: false }, numbers, codes.relaxed);
        expect(alone.get('outputs')).toEqual(outputs);
        expect(layOut({ ...trial, learns: false }).asked.size).toBe(0);
      }
    },
  );

  it('does as many instructions in a step of an LSTM as one would write by hand', () => {
    const setting = { units: 8, batch: 4, input: 8, masked: false, sequences: false } as const;
    const count = (steps: number) => {
      const trial = {
        equations: findCell('lstm').equations,
        steps,
        direction: 'forward',
        ...setting,
      } as const;
      const { forward, backward } = layOut(trial);
      return [forward.instructions, backward?.instructions ?? 0];
    };
    const [one, two] = [count(5), count(6)];
    // A product, three sigmoids at once, tanh g, i * g, f * c, tanh c', o * tanh c'; backward eleven passes and a product.
    expect(two.map((instructions, k) => instructions - (one[k] ?? 0))).toEqual([7, 12]);
  });
});

describe('the arrangement of a cell’s parameters', () => {
  it.each(TEXTS)('%s: names each of them once', (_, equations) => {
    const names = parse(equations).parameters.map(({ name }) => name);
    expect(arrangement(equations).toSorted()).toEqual(names.toSorted());
  });

  it('lays what is multiplied, packed or summed at once side by side', () => {
    expect(arrangement(findCell('lstm').equations).join(' ')).toBe('Wf Wi Wo Wg Uf Ui Uo Ug bf bi bo bg');
  });
});
