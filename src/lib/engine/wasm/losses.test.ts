import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { randomNumbers } from '../../equations/sample.ts';
import { LOSSES } from '../reference/loss.ts';
import type { Flavour, KernelCode } from './kernel.ts';
import { bothKernels } from './node.ts';
import { firstFault, Scene } from './scene.ts';
import { Tape } from './tape.ts';

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

const KINDS = [
  { name: 'softmaxCrossEntropy', loss: 'classes' },
  { name: 'squaredError', loss: 'numbers' },
] as const;

describe.each(['plain', 'relaxed'] as const)('losses of the %s kernel', (flavour) => {
  it.each(KINDS)('$name against float64', ({ name, loss: kind }) => {
    const cases = fc.record({
      ...{ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 18 }) },
      ...{ gaps: fc.tuple(fc.nat(3), fc.nat(3)), seed: fc.nat(), oneWeight: fc.boolean() },
      scale: fc.constantFrom(0, 1, 30, 200),
    });
    fc.assert(
      fc.property(cases, ({ rows, columns, gaps, seed, oneWeight, scale }) => {
        const random = randomNumbers(seed);
        const scene = new Scene(random);
        const given = scene.block('given', rows, columns, { gap: gaps[0], fill: () => scale * random() });
        const labels = scene.block('labels', rows, kind === 'classes' ? 1 : columns, {
          fill: () => (kind === 'classes' ? Math.floor((columns * (random() + 1)) / 2.001) : random()),
        });
        const weights = scene.block('weights', oneWeight ? 1 : rows, 1, {
          fill: () => Math.max(0, random()),
        });
        const out = scene.block('out', rows, columns, { gap: gaps[1] });
        const [loss, right] = [2, 3].map((value) => scene.block('slot', 1, 1, { fill: () => value }));
        if (!loss || !right) throw new Error('there are two slots');
        const [z, y, w] = [scene.before(given), scene.before(labels), scene.before(weights)];
        const tape = new Tape();
        tape.loss(name, { out, given, labels, weights, loss, right });
        const { read } = scene.run(codes[flavour], tape, [out, loss, right]);
        const judged = Array.from({ length: rows }, (_, row) =>
          LOSSES[kind](
            Float64Array.from({ length: columns }, (_, k) => z(row, k)),
            Float64Array.from({ length: labels.columns }, (_, k) => y(row, k)),
          ),
        );
        const weight = (row: number) => w(oneWeight ? 0 : row, 0);
        const slope = (row: number, k: number) =>
          weight(row) === 0 ? 0 : weight(row) * (judged[row]?.towards[k] ?? Number.NaN);
        // Where a class is nearly sure, the label's derivative by the reference is a difference of equal numbers.
        const size = (row: number) =>
          kind === 'classes'
            ? weight(row)
            : Math.max(...Array.from({ length: columns }, (_, k) => Math.abs(slope(row, k))));
        expect(firstFault(out, read(out), slope, 2e-6, size)).toBeUndefined();
        const total = judged.reduce((sum, each, row) => sum + weight(row) * each.loss, 2);
        expect(Math.abs(read(loss)(0, 0) / total - 1)).toBeLessThan(2e-6);
        const count = judged.filter((each, row) => weight(row) > 0 && each.right).length;
        expect(read(right)(0, 0)).toBe(3 + count);
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  it('a class that is nearly sure keeps the digits of its loss and of its derivative', () => {
    const scene = new Scene(() => 0);
    const given = scene.block('given', 1, 3, { fill: (_, k) => (k === 1 ? 14 : 0) });
    const labels = scene.block('labels', 1, 1, { fill: () => 1 });
    const weights = scene.block('weights', 1, 1, { fill: () => 1 });
    const out = scene.block('out', 1, 3);
    const [loss, right] = [scene.block('loss', 1, 1), scene.block('right', 1, 1)];
    const tape = new Tape();
    tape.loss('softmaxCrossEntropy', { out, given, labels, weights, loss, right });
    const { read } = scene.run(codes[flavour], tape, [out, loss, right]);
    const odds = 2 * Math.exp(-14);
    expect(Math.abs(read(loss)(0, 0) / Math.log1p(odds) - 1)).toBeLessThan(1e-6);
    expect(Math.abs(read(out)(0, 1) / (-odds / (1 + odds)) - 1)).toBeLessThan(1e-6);
  });

  it.each(KINDS)('$name: a row of weight 0 may hold anything, a NaN that counts is seen', ({ name }) => {
    for (const weight of [0, 1]) {
      const scene = new Scene(() => 0);
      const given = scene.block('given', 2, 5, { fill: (row, k) => (row === 0 && k === 4 ? Number.NaN : k) });
      const labels = scene.block('labels', 2, name === 'squaredError' ? 5 : 1, { fill: () => 0 });
      const weights = scene.block('weights', 2, 1, { fill: (row) => (row === 0 ? weight : 1) });
      const out = scene.block('out', 2, 5);
      const [loss, right] = [scene.block('loss', 1, 1), scene.block('right', 1, 1)];
      const tape = new Tape();
      tape.loss(name, { out, given, labels, weights, loss, right });
      const { read } = scene.run(codes[flavour], tape, [out, loss, right]);
      expect(Number.isNaN(read(loss)(0, 0))).toBe(weight === 1);
      expect(read(right)(0, 0)).toBe(0);
      expect(read(out)(0, 4)).toBe(weight === 0 ? 0 : Number.NaN);
    }
  });

  it.each([-1, 3, 0.5, Number.NaN])('refuses the class %d of 3, and touches nothing', (label) => {
    const scene = new Scene(() => 0);
    const given = scene.block('given', 1, 3);
    const slot = () => scene.block('slot', 1, 1, { fill: () => 1 });
    const tape = new Tape();
    const labels = scene.block('labels', 1, 1, { fill: () => label });
    const [out, weights, loss, right] = [scene.block('out', 1, 3), slot(), slot(), slot()];
    tape.loss('softmaxCrossEntropy', { out, given, labels, weights, loss, right });
    expect(() => scene.run(codes[flavour], tape, [])).toThrow(
      'test: instruction 0 of 1 is a softmaxCrossEntropy by a label that is no class’s number: check the labels.',
    );
  });
});
