import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { randomNumbers } from '../../equations/sample.ts';
import { keyOf, stays, threshold } from '../chance.ts';
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
  batch: fc.integer({ min: 1, max: 5 }),
  steps: fc.integer({ min: 1, max: 4 }),
  size: fc.integer({ min: 1, max: 19 }),
  gaps: fc.tuple(fc.nat(3), fc.nat(3)),
  inPlace: fc.boolean(),
  spatial: fc.boolean(),
  // Far out, so that indices pass 2³².
  first: fc.oneof(fc.nat(300), fc.constantFrom(2 ** 31 - 1)),
  rate: fc.oneof(fc.constantFrom(0, 0.5, 0.999), fc.double({ min: 0, max: 0.99, noNaN: true })),
  key: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

describe.each(['plain', 'relaxed'] as const)('dropout of the %s kernel', (flavour) => {
  it('drops what chance.ts says, to the bit', () => {
    fc.assert(
      fc.property(cases, ({ batch, steps, size, gaps, inPlace, spatial, first, rate, key }) => {
        const scene = new Scene(randomNumbers(size));
        const rows = batch * steps;
        const a = scene.block('a', rows, size, { gap: gaps[0] });
        const out = inPlace ? a : scene.block('out', rows, size, { gap: gaps[1] });
        const given = scene.before(a);
        const tape = new Tape();
        tape.keep({
          ...{ out, a, batch, rate, exampleStride: spatial ? size : steps * size },
          ...{ stepStride: spatial ? 0 : size, key: scene.ids([key | 0]), first: scene.ids([first]) },
        });
        const { read } = scene.run(codes[flavour], tape, [out]);
        const scale = Math.fround(1 / (1 - rate));
        const expected = (row: number, column: number) => {
          const [example, step] = [first + (row % batch), Math.floor(row / batch)];
          // Exact where a double would not be.
          const place = BigInt(spatial ? example : example * steps + step) * BigInt(size) + BigInt(column);
          const index = Number(BigInt.asUintN(32, place));
          return stays(key, index, threshold(rate)) ? Math.fround(given(row, column) * scale) : 0;
        };
        expect(firstFault(out, read(out), expected, 0)).toBeUndefined();
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('drops a share of the elements, each way the same, and a NaN too', () => {
    const scene = new Scene(() => Number.NaN);
    const a = scene.block('a', 50, 40);
    const out = scene.block('out', 50, 40);
    const tape = new Tape();
    const key = scene.ids([keyOf(7, 1, 3) | 0]);
    const drawn = { key, first: scene.ids([0]), batch: 50, exampleStride: 40, stepStride: 0, rate: 0.25 };
    tape.keep({ out, a, ...drawn });
    const { read } = scene.run(codes[flavour], tape, [out]);
    let dropped = 0;
    for (let row = 0; row < 50; row++)
      for (let column = 0; column < 40; column++) if (read(out)(row, column) === 0) dropped++;
    // 500 expected, 19 the standard deviation.
    expect(Math.abs(dropped - 500)).toBeLessThan(80);
  });
});

describe('a dropout that can’t be', () => {
  it.each([1, -0.1, Number.NaN])('refuses the rate %d', (rate) => {
    const scene = new Scene(() => 0);
    const a = scene.block('a', 2, 2);
    const [key, first] = [scene.ids([0]), scene.ids([0])];
    expect(() =>
      new Tape().keep({ out: a, a, key, first, batch: 2, exampleStride: 2, stepStride: 0, rate }),
    ).toThrow(`keep: the rate is ${rate}; expected a share from 0 to below 1.`);
  });
});
