import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { randomNumbers } from '../../equations/sample.ts';
import { depthOf, rowsOf, transposed } from './block.ts';
import type { Flavour, KernelCode } from './kernel.ts';
import { bothKernels } from './node.ts';
import { firstFault, Scene } from './scene.ts';
import { Tape } from './tape.ts';

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 17, 33, 40));
/** Past one block of the depth (256) and not a multiple of it, too. */
const depth = fc.oneof(
  { weight: 4, arbitrary: size },
  { weight: 1, arbitrary: fc.constantFrom(255, 256, 257, 530) },
);
const gap = fc.nat(3);
const products = fc.record({
  ...{ rows: size, columns: size, depth, gaps: fc.tuple(gap, gap, gap) },
  ...{ leftTransposed: fc.boolean(), rightTransposed: fc.boolean() },
  start: fc.constantFrom('zero', 'bias', 'accumulate'),
  seed: fc.nat(),
});
type Product = typeof products extends fc.Arbitrary<infer Value> ? Value : never;

/** Each case is multiplied in plain JavaScript too: seconds where the processor is shared. */
const PATIENCE = { timeout: 60_000 };

/** Packs and multiplies; gives what came out, all of it, and the first element that is wrong. */
function multiply(code: KernelCode, product: Product) {
  const { rows, columns, depth, gaps, leftTransposed, rightTransposed, start, seed } = product;
  const scene = new Scene(randomNumbers(seed));
  const block = (name: string, rows: number, columns: number, isTransposed: boolean, gap: number) =>
    isTransposed
      ? transposed(scene.block(name, columns, rows, { gap }))
      : scene.block(name, rows, columns, { gap });
  const a = block('a', rows, depth, leftTransposed, gaps[0]);
  const b = block('b', depth, columns, rightTransposed, gaps[1]);
  const out = scene.block('out', rows, columns, { gap: gaps[2] });
  const bias = scene.block('bias', 1, columns);
  const packed = scene.packed('packed', depth, columns);
  const tape = new Tape();
  tape.pack(packed, b);
  if (start === 'bias') tape.gemm(out, a, packed, { bias });
  else tape.gemm(out, a, packed, { accumulate: start === 'accumulate' });
  const [left, right, before, added] = [a, b, out, bias].map((block) => scene.before(block));
  if (!left || !right || !before || !added) throw new Error('there are four blocks');
  const { read } = scene.run(code, tape, [out, packed]);
  const begin = (row: number, column: number) =>
    start === 'zero' ? 0 : start === 'bias' ? added(0, column) : before(row, column);
  const sum = (row: number, column: number, of: (x: number) => number) => {
    let total = of(begin(row, column));
    for (let k = 0; k < depth; k++) total += of(left(row, k) * right(k, column));
    return total;
  };
  const fault = firstFault(
    out,
    read(out),
    (row, column) => sum(row, column, (x) => x),
    // Each addition rounds once, by half a unit in the last place (6e-8) at most; of random sign, such errors add up
    // to the root of their number, and the worst element of many to somewhat more.
    9e-8 * (2 + Math.sqrt(depth)),
    (row, column) => sum(row, column, Math.abs),
  );
  const values = Array.from({ length: rows * columns }, (_, k) =>
    read(out)(Math.floor(k / columns), k % columns),
  );
  return { fault, values };
}

describe.each(['plain', 'relaxed'] as const)('products of the %s kernel', PATIENCE, (flavour) => {
  it('any sizes, strides and starts', () => {
    fc.assert(
      fc.property(products, (product) => {
        expect(multiply(codes[flavour], product).fault).toBeUndefined();
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('packs panels of eight columns, with zeros where there are none', () => {
    fc.assert(
      fc.property(size, size, gap, fc.boolean(), (depth, columns, gap, isTransposed) => {
        const scene = new Scene(randomNumbers(depth));
        const b = isTransposed
          ? transposed(scene.block('b', columns, depth, { gap }))
          : scene.block('b', depth, columns, { gap });
        const packed = scene.packed('packed', depth, columns);
        const tape = new Tape();
        tape.pack(packed, b);
        const given = scene.before(b);
        const { kernel } = scene.run(codes[flavour], tape, [packed]);
        const rows = Math.ceil(columns / 8) * depth;
        const { name, offset } = packed;
        const panels = kernel.floats({ name, offset, rows, columns: 8, rowStride: 8, columnStride: 1 });
        for (const [place, value] of panels.entries()) {
          const column = 8 * Math.floor(place / 8 / depth) + (place % 8);
          expect(value).toBe(column < columns ? given(Math.floor(place / 8) % depth, column) : 0);
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('a matrix packed in parts is the matrix packed at once', () => {
    const scene = new Scene(randomNumbers(2));
    const a = scene.block('a', 6, 12);
    const b = scene.block('b', 12, 11);
    const [whole, parts] = [scene.packed('whole', 12, 11), scene.packed('parts', 12, 11)];
    const [once, twice] = [scene.block('once', 6, 11), scene.block('twice', 6, 11)];
    const tape = new Tape();
    tape.pack(whole, b);
    for (const [from, count] of [
      [0, 5],
      [5, 7],
    ] as const)
      tape.pack(depthOf(parts, from, count), rowsOf(b, from, count));
    tape.gemm(once, a, whole);
    tape.gemm(twice, a, parts);
    const { read } = scene.run(codes[flavour], tape, [whole, parts, once, twice]);
    expect(firstFault(once, read(once), read(twice), 0)).toBeUndefined();
  });

  it('carries infinities and NaN into their own elements only', () => {
    const scene = new Scene(randomNumbers(2));
    const bad = new Map([
      ['1,2', Number.NaN],
      ['4,0', Number.POSITIVE_INFINITY],
    ]);
    const a = scene.block('a', 7, 5, { fill: (row, column) => bad.get(`${row},${column}`) ?? 1 });
    const b = scene.block('b', 5, 3, { fill: () => 1 });
    const packed = scene.packed('packed', 5, 3);
    const out = scene.block('out', 7, 3);
    const tape = new Tape();
    tape.pack(packed, b);
    tape.gemm(out, a, packed);
    const { read } = scene.run(codes[flavour], tape, [packed, out]);
    const column = [0, 1, 2, 3, 4, 5, 6].map((row) => read(out)(row, 1));
    expect(column).toEqual([5, Number.NaN, 5, 5, Number.POSITIVE_INFINITY, 5, 5]);
  });
});

describe('the two kernels', PATIENCE, () => {
  it('agree to 1e-5 of the terms, and each repeats itself to the last bit', () => {
    fc.assert(
      fc.property(products, (product) => {
        const [plain, again, relaxed] = [codes.plain, codes.plain, codes.relaxed].map(
          (code) => multiply(code, product).values,
        );
        expect(again).toEqual(plain);
        const largest = Math.max(...(plain ?? []).map(Math.abs), 1);
        for (const [k, value] of (plain ?? []).entries())
          expect(Math.abs(value - (relaxed?.[k] ?? Number.NaN))).toBeLessThan(1e-5 * largest);
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});
