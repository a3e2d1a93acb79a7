import { type Block, FLOAT_BYTES, type Ids, type Packed } from './block.ts';
import { INSTRUCTION_WORDS, OWN_BYTES, PANEL_COLUMNS } from './opcodes.ts';
import type { Tape } from './tape.ts';

/** Everything begins at a line of the cache. */
const ALIGNMENT = 64;
/** What an engine may ask for at most; a page would be killed for it long before. */
const MOST_BYTES = 2 ** 31;

/** A tape at its place in memory. */
export interface Program {
  readonly name: string;
  readonly offset: number;
  readonly instructions: number;
}

/** Numbers that memory holds before the first run. */
export interface Initial {
  readonly offset: number;
  readonly words: Int32Array;
}

/**
 * Deals out the kernel's memory, from below, and never takes back: whoever wants to reuse a place makes several views
 * of one block. Memory starts as zeros, but for the constants and the tapes.
 */
export class Layout {
  #end: number;
  readonly #initial: Initial[] = [];
  readonly #numbers = new Map<number, Block>();

  /** @param from the first byte that it may deal out */
  constructor(from: number = OWN_BYTES) {
    this.#end = from;
  }

  /** Where what is dealt out ends: the memory that all of it takes, from the very beginning. */
  get bytes(): number {
    return this.#end;
  }

  /** What is to be written before the first run, in the order of the calls; it only ever grows. */
  get initial(): readonly Initial[] {
    return this.#initial;
  }

  /** A matrix of float32, row by row. @throws Error for a size that is none, or past 2 GiB in all */
  block(name: string, rows: number, columns: number): Block {
    this.#checkSize(name, rows, columns);
    const offset = this.#take(name, FLOAT_BYTES * rows * columns);
    return { name, offset, rows, columns, rowStride: columns, columnStride: 1 };
  }

  /** Room for one number, such as a sum: [1, 1]. */
  slot(name: string): Block {
    return this.block(name, 1, 1);
  }

  /** A constant, [1, 1]; the same number is kept once. Nothing should write to it. */
  number(value: number): Block {
    // -0 and 0 are one key of a Map, but not one number.
    if (Object.is(value, -0)) return this.#constant(value);
    const known = this.#numbers.get(value) ?? this.#constant(value);
    this.#numbers.set(value, known);
    return known;
  }

  #constant(value: number): Block {
    const block = this.slot(`the number ${value}`);
    this.#initial.push({ offset: block.offset, words: new Int32Array(Float32Array.of(value).buffer) });
    return block;
  }

  /** Room for `count` row numbers. */
  ids(name: string, count: number): Ids {
    this.#checkSize(name, count, 1);
    return { name, offset: this.#take(name, 4 * count), count };
  }

  /** Room for a packed matrix [depth, columns]. */
  packed(name: string, depth: number, columns: number): Packed {
    this.#checkSize(name, depth, columns);
    const panelStride = depth * PANEL_COLUMNS;
    const panels = Math.ceil(columns / PANEL_COLUMNS);
    return {
      name,
      offset: this.#take(name, FLOAT_BYTES * panels * panelStride),
      depth,
      columns,
      panelStride,
    };
  }

  /** Gives a tape its place. What is added to the tape later is not part of it. */
  program(name: string, tape: Tape): Program {
    const words = tape.words();
    const offset = this.#take(name, words.byteLength);
    this.#initial.push({ offset, words });
    return { name, offset, instructions: words.length / INSTRUCTION_WORDS };
  }

  #checkSize(name: string, rows: number, columns: number): void {
    if (![rows, columns].every((size) => Number.isInteger(size) && size >= 1))
      throw new Error(`${name} is [${rows} x ${columns}]; both have to be whole numbers from 1 on.`);
  }

  #take(name: string, bytes: number): number {
    const offset = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    if (offset + bytes > MOST_BYTES)
      throw new Error(
        `${name} takes ${bytes} bytes after ${offset}; the kernel has ${MOST_BYTES} in all. Choose smaller sizes.`,
      );
    this.#end = offset + bytes;
    return offset;
  }
}
