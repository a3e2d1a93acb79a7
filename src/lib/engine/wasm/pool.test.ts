import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { randomNumbers } from '../../equations/sample.ts';
import type { Flavour, KernelCode } from './kernel.ts';
import { bothKernels } from './node.ts';
import { firstFault, Scene } from './scene.ts';
import { Tape } from './tape.ts';

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

const cases = fc.record({
  ...{ steps: fc.integer({ min: 1, max: 7 }), batch: fc.integer({ min: 1, max: 4 }) },
  ...{ columns: fc.integer({ min: 1, max: 11 }), gaps: fc.tuple(fc.nat(3), fc.nat(3)), seed: fc.nat() },
});

describe.each(['plain', 'relaxed'] as const)('the largest over the steps, %s kernel', (flavour) => {
  it('is found, at its first step, and its gradient goes there', () => {
    fc.assert(
      fc.property(cases, ({ steps, batch, columns, gaps, seed }) => {
        const random = randomNumbers(seed);
        const scene = new Scene(random);
        // Few different numbers, so that ties are common; now and then none at all.
        const values = [Number.NaN, Number.NEGATIVE_INFINITY, -1, -1, 2, 2, 2];
        const a = scene.block('a', steps * batch, columns, {
          gap: gaps[0],
          fill: () => values[Math.floor(3.5 * (random() + 1))] ?? 0,
        });
        const out = scene.block('out', batch, columns, { gap: gaps[1] });
        const at = scene.block('at', batch, columns);
        const gradient = scene.block('gradient', batch, columns);
        const back = scene.block('back', steps * batch, columns, { gap: gaps[1] });
        const [given, slope] = [scene.before(a), scene.before(gradient)];
        const tape = new Tape();
        tape.pool('firstMax', a, out, at);
        tape.pool('firstMaxBack', back, gradient, at);
        const { read } = scene.run(codes[flavour], tape, [out, at, back]);
        const first = (row: number, column: number) => {
          const all = Array.from({ length: steps }, (_, t) => given(t * batch + row, column));
          const none = all.findIndex(Number.isNaN);
          return none >= 0 ? none : all.indexOf(Math.max(...all));
        };
        const most = (row: number, column: number) => given(first(row, column) * batch + row, column);
        expect(firstFault(out, read(out), most, 0)).toBeUndefined();
        const expected = (row: number, column: number) =>
          first(row % batch, column) === Math.floor(row / batch) ? slope(row % batch, column) : 0;
        expect(firstFault(back, read(back), expected, 0)).toBeUndefined();
      }),
      { seed: 4, numRuns: 150 },
    );
  });
});
