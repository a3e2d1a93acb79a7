import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { sigmoid, softplus } from '../../equations/operations.ts';
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

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 33, 40));
const shape = fc.record({
  rows: size,
  columns: size,
  gap: fc.nat(3),
  seed: fc.nat(),
  accumulate: fc.boolean(),
});
const RUNS = { seed: 4, numRuns: 80 };
const range = (count: number) => Array.from({ length: count }, (_, k) => k);

describe.each(['plain', 'relaxed'] as const)('sums of the %s kernel', (flavour) => {
  it.each([
    { name: 'columnSums', along: 'rows', of: (x: number) => x },
    { name: 'rowSums', along: 'columns', of: (x: number) => x },
    { name: 'sumSquares', along: 'both', of: (x: number) => x * x },
  ] as const)('$name', ({ name, along, of }) => {
    fc.assert(
      fc.property(
        shape,
        fc.integer({ min: 1, max: 2500 }),
        ({ rows, columns, gap, seed, accumulate }, long) => {
          const scene = new Scene(randomNumbers(seed));
          const a = scene.block('a', rows, name === 'sumSquares' && rows === 1 ? long : columns, { gap });
          const keepsRows = along === 'columns';
          const keepsColumns = along === 'rows';
          const out = scene.block('out', keepsRows ? rows : 1, keepsColumns ? columns : 1, { gap });
          const [given, start] = [scene.before(a), scene.before(out)];
          const tape = new Tape();
          tape[name](out, a, { accumulate });
          const { read } = scene.run(codes[flavour], tape, [out]);
          const sum = (row: number, column: number, each: (x: number) => number) => {
            let total = accumulate ? each(start(row, column)) : 0;
            for (const r of keepsRows ? [row] : range(a.rows))
              for (const c of keepsColumns ? [column] : range(a.columns)) total += each(of(given(r, c)));
            return total;
          };
          const fault = firstFault(
            out,
            read(out),
            (row, column) => sum(row, column, (x) => x),
            1e-6,
            (row, column) => sum(row, column, Math.abs),
          );
          expect(fault).toBeUndefined();
        },
      ),
      RUNS,
    );
  });
});

describe.each(['plain', 'relaxed'] as const)('rows by number, %s kernel', (flavour) => {
  const tables = fc.record({
    table: size,
    columns: size,
    gaps: fc.tuple(fc.nat(3), fc.nat(3)),
    seed: fc.nat(),
  });
  const cases = tables.chain((record) =>
    fc.array(fc.nat(record.table - 1), { minLength: 1, maxLength: 40 }).map((ids) => ({ ...record, ids })),
  );

  it('gather', () => {
    fc.assert(
      fc.property(cases, ({ table, columns, gaps, seed, ids }) => {
        const scene = new Scene(randomNumbers(seed));
        const from = scene.block('table', table, columns, { gap: gaps[0] });
        const out = scene.block('out', ids.length, columns, { gap: gaps[1] });
        const given = scene.before(from);
        const tape = new Tape();
        tape.gather(out, from, scene.ids(ids));
        const { read } = scene.run(codes[flavour], tape, [out]);
        expect(firstFault(out, read(out), (row, column) => given(ids[row] ?? 0, column), 0)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('scatterAdd, an id met twice counts twice', () => {
    fc.assert(
      fc.property(cases, ({ table, columns, gaps, seed, ids }) => {
        const scene = new Scene(randomNumbers(seed));
        const to = scene.block('table', table, columns, { gap: gaps[0] });
        const a = scene.block('a', ids.length, columns, { gap: gaps[1] });
        const [start, given] = [scene.before(to), scene.before(a)];
        const tape = new Tape();
        tape.scatterAdd(to, a, scene.ids(ids));
        const { read } = scene.run(codes[flavour], tape, [to]);
        const sum = (row: number, column: number) =>
          ids.reduce((total, id, r) => total + (id === row ? given(r, column) : 0), start(row, column));
        expect(firstFault(to, read(to), sum, 4e-6, () => 1)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('clearRows', () => {
    fc.assert(
      fc.property(cases, ({ table, columns, gaps, seed, ids }) => {
        const scene = new Scene(randomNumbers(seed));
        const to = scene.block('table', table, columns, { gap: gaps[0] });
        const start = scene.before(to);
        const tape = new Tape();
        tape.clearRows(to, scene.ids(ids));
        const { read } = scene.run(codes[flavour], tape, [to]);
        const left = (row: number, column: number) => (ids.includes(row) ? 0 : start(row, column));
        expect(firstFault(to, read(to), left, 0)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it.each([-1, 5, 2 ** 31 - 1])('refuses the id %d of a table of 5, and touches nothing', (id) => {
    for (const name of ['gather', 'scatterAdd', 'clearRows'] as const) {
      const scene = new Scene(randomNumbers(1));
      const table = scene.block('table', 5, 3);
      const rows = scene.block('rows', 2, 3);
      const ids = scene.ids([0, id]);
      const tape = new Tape();
      tape.fill(rows, 0);
      if (name === 'gather') tape.gather(rows, table, ids);
      else if (name === 'scatterAdd') tape.scatterAdd(table, rows, ids);
      else tape.clearRows(table, ids);
      expect(() => scene.run(codes[flavour], tape, [rows])).toThrow(
        `test: instruction 1 of 2 is a ${name} by an id that is no row of its table`,
      );
    }
  });
});

describe.each(['plain', 'relaxed'] as const)('loss of the %s kernel', (flavour) => {
  it('cross entropy, its derivative and the right verdicts', () => {
    fc.assert(
      fc.property(size, fc.nat(2), fc.nat(), fc.boolean(), (rows, gap, seed, oneWeight) => {
        const random = randomNumbers(seed);
        const scene = new Scene(random);
        const logits = scene.block('logits', rows, 1, {
          gap,
          fill: (row) => (row % 7 === 3 ? 0 : 40 * random()),
        });
        const labels = scene.block('labels', rows, 1, { fill: () => Number(random() > 0) });
        const weights = scene.block('weights', oneWeight ? 1 : rows, 1, {
          fill: () => Math.max(0, random()),
        });
        const out = scene.block('out', rows, 1, { gap });
        const [loss, right] = [scene.block('loss', 1, 1), scene.block('right', 1, 1, { fill: () => 3 })];
        const tape = new Tape();
        tape.loss('crossEntropy', { out, given: logits, labels, weights, loss, right });
        const [z, y, w, l] = [logits, labels, weights, loss].map((block) => scene.before(block));
        if (!z || !y || !w || !l) throw new Error('there are four blocks');
        const { read } = scene.run(codes[flavour], tape, [out, loss, right]);
        const weight = (row: number) => w(oneWeight ? 0 : row, 0);
        const margin = (row: number) => z(row, 0) * (2 * y(row, 0) - 1);
        const derivative = (row: number) => -(2 * y(row, 0) - 1) * weight(row) * sigmoid(-margin(row));
        expect(firstFault(out, read(out), derivative, 4e-7)).toBeUndefined();
        const total = range(rows).reduce((sum, row) => sum + weight(row) * softplus(-margin(row)), l(0, 0));
        expect(Math.abs(read(loss)(0, 0) - total)).toBeLessThan(1e-6 * (1 + Math.abs(total)));
        const verdicts = range(rows).filter((row) => weight(row) > 0 && margin(row) > 0).length;
        expect(read(right)(0, 0)).toBe(3 + verdicts);
      }),
      RUNS,
    );
  });

  it('a row of weight 0 may hold anything; a NaN that counts is seen and is not right', () => {
    const given = [Number.NaN, 2, Number.POSITIVE_INFINITY];
    for (const [weight, expected] of [
      [0, Math.fround(softplus(-2))],
      [1, Number.NaN],
    ] as const) {
      const scene = new Scene(randomNumbers(1));
      const logits = scene.block('logits', 3, 1, { fill: (row) => given[row] ?? 0 });
      const labels = scene.block('labels', 3, 1, { fill: () => 1 });
      const weights = scene.block('weights', 3, 1, {
        fill: (row) => (row === 1 ? 1 : row === 0 ? weight : 0),
      });
      const [loss, right] = [0, 0].map((value) => scene.block('slot', 1, 1, { fill: () => value }));
      if (!loss || !right) throw new Error('there are two slots');
      const tape = new Tape();
      tape.loss('crossEntropy', { out: logits, given: logits, labels, weights, loss, right });
      const { read } = scene.run(codes[flavour], tape, [logits, loss, right]);
      expect(Math.fround(read(loss)(0, 0) - expected + 1)).toBe(weight === 0 ? 1 : Number.NaN);
      expect(read(right)(0, 0)).toBe(1);
      expect(read(logits)(0, 0)).toBe(weight === 0 ? 0 : Number.NaN);
      expect(read(logits)(2, 0)).toBe(0);
    }
  });
});

describe.each(['plain', 'relaxed'] as const)('moving weights, %s kernel', (flavour) => {
  it.each([
    [0, 1],
    [4, 1],
    [25, 1],
    [100, 0.5],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NaN, Number.NaN],
  ])('clip to 5, squares %d: %d', (squares, expected) => {
    const scene = new Scene(randomNumbers(1));
    const a = scene.block('squares', 1, 1, { fill: () => squares });
    const out = scene.block('scale', 1, 1);
    const tape = new Tape();
    tape.clip(out, a, 5);
    const { read } = scene.run(codes[flavour], tape, [out]);
    expect(read(out)(0, 0)).toBe(expected);
  });

  it('Adam against a plain loop, over 20 steps', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (rows, columns, seed) => {
        const random = randomNumbers(seed);
        const scene = new Scene(random);
        const [rate, decays, epsilon] = [0.01, [0.9, 0.999] as const, 1e-8];
        const [parameter, gradient] = [
          scene.block('parameter', rows, columns),
          scene.block('gradient', rows, columns),
        ];
        const [first, second] = [0, 0].map((value) =>
          scene.block('moment', rows, columns, { fill: () => value }),
        );
        if (!first || !second) throw new Error('there are two moments');
        const scale = scene.block('scale', 1, 1, { fill: () => 0.25 });
        const [p, g] = [scene.before(parameter), scene.before(gradient)];
        const tape = new Tape();
        for (let t = 1; t <= 20; t++) {
          const schedule = scene.block('schedule', 1, 2, {
            fill: (_, k) => (k === 0 ? rate : 1) / (1 - (decays[k] ?? 0) ** t),
          });
          const [firstDecay, secondDecay] = decays;
          tape.adam({
            parameter,
            first,
            second,
            gradient,
            scale,
            schedule,
            firstDecay,
            secondDecay,
            epsilon,
          });
          // So that the gradient is another one each time.
          tape.zip('sub', gradient, gradient, scale);
        }
        const { read } = scene.run(codes[flavour], tape, [parameter, first, second, gradient]);
        const moved = (row: number, column: number) => {
          let [value, m, v, slope] = [p(row, column), 0, 0, g(row, column)];
          for (let t = 1; t <= 20; t++) {
            const clipped = slope * 0.25;
            m = 0.9 * m + 0.1 * clipped;
            v = 0.999 * v + 0.001 * clipped ** 2;
            value -= (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + epsilon);
            slope -= 0.25;
          }
          return value;
        };
        expect(firstFault(parameter, read(parameter), moved, 2e-6, () => 1)).toBeUndefined();
      }),
      { seed: 4, numRuns: 30 },
    );
  });
});
