import { type Block, FLOAT_BYTES, type Ids, type Packed } from './block.ts';
import { Kernel, type KernelCode } from './kernel.ts';
import { Layout } from './layout.ts';
import { OWN_BYTES } from './opcodes.ts';
import type { Tape } from './tape.ts';

/** What stands where no block is: whoever reads it and uses it betrays himself. */
const GUARD = Number.NaN;

/** Where the element (row, column) of a block is, counted in float32 from the start of memory. */
function place(block: Block, row: number, column: number): number {
  return block.offset / FLOAT_BYTES + row * block.rowStride + column * block.columnStride;
}

/**
 * For tests of single instructions: blocks with gaps and guards around them, filled with known numbers. A run checks
 * that no number has changed but those that were to be written.
 */
export class Scene {
  readonly layout = new Layout();
  readonly #contents: { readonly at: number; readonly value: number }[] = [];
  readonly #ids: { readonly ids: Ids; readonly values: readonly number[] }[] = [];
  readonly #random: () => number;

  /** @param random numbers on ±1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A block whose rows are `gap` numbers apart, with guards on all sides, filled with f(row, column). */
  block(
    name: string,
    rows: number,
    columns: number,
    {
      gap = 0,
      fill = () => this.#random(),
    }: { gap?: number; fill?: (row: number, column: number) => number } = {},
  ): Block {
    const rowStride = columns + gap;
    const { offset } = this.layout.block(`${name} and its guards`, 1, rows * rowStride + 8);
    // Not where a line begins, so that nothing can rest on alignment.
    const block = { name, offset: offset + 4 * FLOAT_BYTES, rows, columns, rowStride, columnStride: 1 };
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        this.#contents.push({ at: place(block, row, column), value: Math.fround(fill(row, column)) });
    return block;
  }

  ids(values: readonly number[]): Ids {
    const ids = this.layout.ids('ids', values.length);
    this.#ids.push({ ids, values });
    return ids;
  }

  packed(name: string, depth: number, columns: number): Packed {
    const packed = this.layout.packed(name, depth, columns);
    this.layout.block(`the guard after ${name}`, 1, 8);
    return packed;
  }

  /** What a block holds before the run. */
  before(block: Block): (row: number, column: number) => number {
    const values = new Map(this.#contents.map(({ at, value }) => [at, value]));
    return (row, column) => values.get(place(block, row, column)) ?? Number.NaN;
  }

  /**
   * Runs the tape in a fresh kernel.
   * @param written the blocks that may change, and packed matrices
   * @returns a reader of what blocks hold then, and the kernel
   * @throws Error where anything else has changed, or memory has grown
   */
  run(code: KernelCode, tape: Tape, written: readonly (Block | Packed)[]) {
    const program = this.layout.program('test', tape);
    const everything: Block = {
      name: 'memory',
      offset: OWN_BYTES,
      rows: 1,
      columns: (program.offset - OWN_BYTES) / FLOAT_BYTES,
      rowStride: 1,
      columnStride: 1,
    };
    const kernel = new Kernel(code, this.layout);
    const memory = kernel.floats(everything);
    const first = OWN_BYTES / FLOAT_BYTES;
    const constants = this.layout.initial.filter(({ offset }) => offset < program.offset);
    memory.fill(GUARD);
    for (const { offset, words } of constants)
      memory.set(
        new Float32Array(words.buffer, words.byteOffset, words.length),
        offset / FLOAT_BYTES - first,
      );
    for (const { at, value } of this.#contents) memory[at - first] = value;
    for (const { ids, values } of this.#ids) kernel.integers(ids).set(values);
    const before = memory.slice();
    const { bytes } = kernel;
    kernel.run(program);
    if (kernel.bytes !== bytes)
      throw new Error(`memory grew from ${bytes} to ${kernel.bytes} bytes during a run`);

    const mayChange = new Set<number>();
    for (const block of written)
      if ('depth' in block) {
        const panels = Math.ceil(block.columns / 8);
        for (let panel = 0; panel < panels; panel++)
          for (let k = 0; k < 8 * block.depth; k++)
            mayChange.add(block.offset / FLOAT_BYTES + panel * block.panelStride + k);
      } else
        for (let row = 0; row < block.rows; row++)
          for (let column = 0; column < block.columns; column++) mayChange.add(place(block, row, column));
    for (let k = 0; k < memory.length; k++)
      if (!Object.is(memory[k], before[k]) && !mayChange.has(k + first))
        throw new Error(
          `the number at byte ${FLOAT_BYTES * (k + first)} changed from ${before[k]} to ${memory[k]}`,
        );
    return {
      kernel,
      read: (block: Block) => (row: number, column: number) =>
        memory[place(block, row, column) - first] ?? Number.NaN,
    };
  }
}

/** The first element, as text, that is further from what it should be than `tolerance` times `scale` at it; else none. */
export function firstFault(
  { rows, columns }: Pick<Block, 'rows' | 'columns'>,
  actual: (row: number, column: number) => number,
  expected: (row: number, column: number) => number,
  tolerance: number,
  scale: (row: number, column: number) => number = (row, column) => Math.abs(expected(row, column)),
): string | undefined {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [value, wanted] = [actual(row, column), expected(row, column)];
      if (Object.is(value, Math.fround(wanted))) continue;
      if (!(Math.abs(value - wanted) <= tolerance * Math.max(scale(row, column), 2 ** -126)))
        return `(${row}, ${column}) of [${rows} x ${columns}] is ${value}, expected ${wanted}`;
    }
  return undefined;
}
