import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { columnsOf } from './block.ts';
import { Kernel, loadKernel } from './kernel.ts';
import { Layout } from './layout.ts';
import { readBinary } from './node.ts';
import { Tape } from './tape.ts';

const NO_MODULE = Uint8Array.of(0, 97, 115, 109, 9, 0, 0, 0);

beforeAll(async () => {
  await ensureKernel();
}, 60_000);

describe('loading', () => {
  it('takes the relaxed binary where it is valid, and asks for no other', async () => {
    const asked: string[] = [];
    const code = await loadKernel((flavour) => {
      asked.push(flavour);
      return readBinary(flavour);
    });
    expect(code.flavour).toBe('relaxed');
    expect(asked).toEqual(['relaxed']);
  });

  it('takes the plain one where relaxed SIMD is not known', async () => {
    const code = await loadKernel((flavour) =>
      flavour === 'relaxed' ? Promise.resolve(NO_MODULE) : readBinary(flavour),
    );
    expect(code.flavour).toBe('plain');
  });

  it('says what is missing where neither is valid', async () => {
    await expect(loadKernel(() => Promise.resolve(NO_MODULE))).rejects.toThrow('has no SIMD');
  });
});

describe('a kernel', () => {
  const code = () => loadKernel(readBinary);

  it('grows by whole mebibytes when its layout does, and keeps what it holds', async () => {
    const layout = new Layout();
    const a = layout.block('a', 10, 10);
    const kernel = new Kernel(await code(), layout);
    expect(kernel.bytes).toBe(2 ** 20);
    kernel.floats(a).fill(3);
    kernel.extend(layout);
    expect(kernel.bytes).toBe(2 ** 20);

    const b = layout.block('b', 1000, 1000);
    const tape = new Tape();
    tape.map('copy', b, layout.number(7));
    const program = layout.program('copy', tape);
    kernel.extend(layout);
    expect(kernel.bytes).toBe(4 * 2 ** 20);
    expect(new Set(kernel.floats(a))).toEqual(new Set([3]));
    const { bytes } = kernel;
    for (let k = 0; k < 100; k++) kernel.run(program);
    expect(kernel.bytes).toBe(bytes);
    expect(new Set(kernel.floats(b))).toEqual(new Set([7]));
  });

  it('stops at an opcode that there is not', async () => {
    const layout = new Layout();
    const a = layout.block('a', 2, 2);
    const tape = new Tape();
    tape.fill(a, 1);
    tape.fill(a, 2);
    const program = layout.program('two fills', tape);
    const kernel = new Kernel(await code(), layout);
    kernel.integers({ name: 'tape', offset: program.offset + 64, count: 1 })[0] = 99;
    expect(() => kernel.run(program)).toThrow('two fills: instruction 1 of 2 has the opcode 99');
    expect(kernel.floats(a)[0]).toBe(1);
  });

  it('gives out no view with holes', async () => {
    const layout = new Layout();
    const a = layout.block('a', 2, 4);
    const kernel = new Kernel(await code(), layout);
    expect(() => kernel.floats(columnsOf(a, 0, 2))).toThrow('a [2 x 2] has gaps between its rows');
  });
});
