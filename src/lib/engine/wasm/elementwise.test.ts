import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { evaluate } from '../../equations/operations.ts';
import { randomNumbers } from '../../equations/sample.ts';
import { type Block, columnsOf } from './block.ts';
import type { Flavour, KernelCode } from './kernel.ts';
import { bothKernels } from './node.ts';
import { type NameOf, OPCODES } from './opcodes.ts';
import { firstFault, Scene } from './scene.ts';
import { Tape } from './tape.ts';

type Names<F extends 'map' | 'zip'> = readonly NameOf<F>[];
const MAPS = OPCODES.flatMap((opcode) => (opcode.form === 'map' ? [opcode.name] : [])) satisfies Names<'map'>;
const ZIPS = OPCODES.flatMap((opcode) => (opcode.form === 'zip' ? [opcode.name] : [])) satisfies Names<'zip'>;

/** What an instruction means: the language's own table where it has the operation, else what the gradients ask. */
function meaning(name: NameOf<'map' | 'zip'>): (a: number, b: number) => number {
  if (name === 'sigmoidBack') return (d, y) => d * y * (1 - y);
  if (name === 'tanhBack') return (d, y) => d * (1 - y * y);
  const node = { op: name, a: 0, b: 1, shape: [] } as const;
  return (a, b) =>
    evaluate(node, [Float64Array.of(a), Float64Array.of(b)], { input: 1, units: 1 })[0] ?? Number.NaN;
}

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 31, 33));
/** A block's shape beside the output's: as large, or 1 along a side. */
const operand = fc.record({ sharesRows: fc.boolean(), sharesColumns: fc.boolean(), gap: fc.nat(3) });
const passes = fc.record({
  rows: size,
  columns: size,
  gap: fc.nat(3),
  accumulate: fc.boolean(),
  operands: fc.tuple(operand, operand, operand),
  seed: fc.nat(),
});
const RUNS = { seed: 4, numRuns: 60 };

type Pass = typeof passes extends fc.Arbitrary<infer Value> ? Value : never;

/** Lays out the operands of a pass, runs it, and gives the first element that is wrong. */
function fault(
  code: KernelCode,
  { rows, columns, gap, accumulate, operands, seed }: Pass,
  fills: readonly ((random: number) => number)[],
  write: (tape: Tape, out: Block, operands: readonly Block[]) => void,
  exact: (...operands: number[]) => number,
): string | undefined {
  const random = randomNumbers(seed);
  const scene = new Scene(random);
  const out = scene.block('out', rows, columns, { gap });
  const blocks = fills.map((fill, k) => {
    const { sharesRows = false, sharesColumns = false, gap = 0 } = operands[k] ?? {};
    const shape = [sharesRows ? 1 : rows, sharesColumns ? 1 : columns] as const;
    return scene.block(`operand ${k}`, ...shape, { gap, fill: () => fill(random()) });
  });
  const given = blocks.map((block) => {
    const value = scene.before(block);
    return (row: number, column: number) =>
      value(block.rows === 1 ? 0 : row, block.columns === 1 ? 0 : column);
  });
  const tape = new Tape();
  write(tape, out, blocks);
  const start = scene.before(out);
  const { read } = scene.run(code, tape, [out]);
  const added = (row: number, column: number) => exact(...given.map((value) => value(row, column)));
  return firstFault(
    out,
    read(out),
    (row, column) => added(row, column) + (accumulate ? start(row, column) : 0),
    4e-7,
    (row, column) => Math.abs(added(row, column)) + (accumulate ? Math.abs(start(row, column)) : 0),
  );
}

describe.each(['plain', 'relaxed'] as const)('element-wise passes of the %s kernel', (flavour) => {
  it.each(MAPS)('%s, any shape and stride', (name) => {
    const positive = name === 'log' || name === 'sqrt';
    fc.assert(
      fc.property(passes, (pass) => {
        const { accumulate } = pass;
        const found = fault(
          codes[flavour],
          pass,
          [(random) => (positive ? 4 * Math.abs(random) + 0.01 : 4 * random)],
          (tape, out, [a]) => a && tape.map(name, out, a, { accumulate }),
          (a = 0) => meaning(name)(a, 0),
        );
        expect(found).toBeUndefined();
      }),
      RUNS,
    );
  });

  it.each(ZIPS)('%s, any shapes and strides', (name) => {
    // Of comparisons, equal numbers are half the point.
    const coarse = name === 'atLeast' || name === 'atMost' || name === 'max' || name === 'min';
    // (1 - y)(1 + y) and 1 - y² part where y is near 1, and it is the float's digits, not the kernel's, that are lost.
    const fills = [
      (random: number) => (coarse ? Math.round(2 * random) : random),
      (random: number) =>
        coarse ? Math.round(2 * random) : name === 'div' ? random + 2 * Math.sign(random) : random,
    ];
    fc.assert(
      fc.property(passes, (pass) => {
        const { accumulate } = pass;
        const found = fault(
          codes[flavour],
          pass,
          fills,
          (tape, out, [a, b]) => a && b && tape.zip(name, out, a, b, { accumulate }),
          (a = 0, b = 0) => meaning(name)(a, b),
        );
        expect(found).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('select, any shapes and strides, and what is not chosen may be no number', () => {
    fc.assert(
      fc.property(passes, (pass) => {
        const { accumulate } = pass;
        const found = fault(
          codes[flavour],
          pass,
          [(random) => Math.round(random), (random) => random, (random) => random],
          (tape, out, [mask, a, b]) => mask && a && b && tape.select(out, mask, a, b, { accumulate }),
          (mask = 0, a = 0, b = 0) => (mask !== 0 ? a : b),
        );
        expect(found).toBeUndefined();
      }),
      RUNS,
    );
    const scene = new Scene(randomNumbers(1));
    const mask = scene.block('mask', 3, 1, { fill: (row) => row % 2 });
    const a = scene.block('a', 3, 5, { fill: (row) => (row % 2 ? 7 : Number.NaN) });
    const b = scene.block('b', 3, 5, { fill: (row) => (row % 2 ? Number.POSITIVE_INFINITY : 9) });
    const out = scene.block('out', 3, 5);
    const tape = new Tape();
    tape.select(out, mask, a, b);
    const { read } = scene.run(codes[flavour], tape, [out]);
    expect([0, 1, 2].map((row) => read(out)(row, 4))).toEqual([9, 7, 9]);
  });

  it('fill', () => {
    fc.assert(
      fc.property(size, size, fc.nat(3), (rows, columns, gap) => {
        const scene = new Scene(randomNumbers(1));
        const out = scene.block('out', rows, columns, { gap });
        const tape = new Tape();
        tape.fill(out, 2.5);
        const { read } = scene.run(codes[flavour], tape, [out]);
        expect(firstFault(out, read(out), () => 2.5, 0)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('writes in the place of an operand, or beside it in the same rows', () => {
    const scene = new Scene(randomNumbers(3));
    const gates = scene.block('gates', 5, 14);
    const [left, right] = [columnsOf(gates, 0, 7), columnsOf(gates, 7, 7)];
    const [a, b] = [scene.before(left), scene.before(right)];
    const tape = new Tape();
    tape.zip('mul', left, left, right);
    tape.map('neg', right, right);
    tape.zip('add', left, right, left);
    const { read } = scene.run(codes[flavour], tape, [gates]);
    expect(
      firstFault(
        left,
        read(left),
        (r, c) => a(r, c) * b(r, c) - b(r, c),
        2e-7,
        () => 1,
      ),
    ).toBeUndefined();
    expect(firstFault(right, read(right), (r, c) => -b(r, c), 0)).toBeUndefined();
  });
});

/** NaN, infinities, both zeros, ties: where the language's table and a processor's instructions could part. */
const EDGES = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 127,
  -(2 ** -149),
];

describe.each(['plain', 'relaxed'] as const)('edges of the %s kernel', (flavour) => {
  const pairs = EDGES.flatMap((a) => EDGES.map((b) => [a, b] as const));

  it.each([...MAPS, ...ZIPS])('%s means what the language means', (name) => {
    const scene = new Scene(randomNumbers(1));
    const [a, b] = [0, 1].map((side) =>
      scene.block('ab'[side] ?? '', 1, pairs.length, { fill: (_, column) => pairs[column]?.[side] ?? 0 }),
    );
    const out = scene.block('out', 1, pairs.length);
    if (a === undefined || b === undefined) throw new Error('there are two operands');
    const tape = new Tape();
    const map = MAPS.find((map) => map === name);
    const zip = ZIPS.find((zip) => zip === name);
    if (map !== undefined) tape.map(map, out, a);
    if (zip !== undefined) tape.zip(zip, out, a, b);
    const { read } = scene.run(codes[flavour], tape, [out]);
    for (const [column, [x, y]] of pairs.entries()) {
      // Their second operand is a sigmoid's or a tanh's value.
      if (name.endsWith('Back') && Math.abs(y) > 1) continue;
      // Zeros count as equal: the sign of one shows nowhere but in a division.
      const [value, expected] = [read(out)(0, column) + 0, Math.fround(meaning(name)(x, y)) + 0];
      const isNear = Math.abs(value - expected) <= 2e-7 * Math.abs(expected);
      expect(Object.is(value, expected) || isNear, `${name}(${x}, ${y}) is ${value}, not ${expected}`).toBe(
        true,
      );
    }
  });
});
