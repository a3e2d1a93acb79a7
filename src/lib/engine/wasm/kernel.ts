import { type Block, type Ids, isWhole, spelled } from './block.ts';
import type { Initial, Program } from './layout.ts';
import { INSTRUCTION_WORDS, OPCODES } from './opcodes.ts';

/** Which of the two binaries runs: relaxed SIMD rounds a multiply-add once, plain SIMD twice. */
export type Flavour = 'relaxed' | 'plain';

/** The kernel's code, compiled; any number of kernels may run on it. It can be posted to other workers. */
export interface KernelCode {
  readonly flavour: Flavour;
  readonly module: WebAssembly.Module;
}

/**
 * Loads the fastest binary that this machine takes.
 *
 * @param read gives a binary's bytes; asked for the plain one only where the relaxed one is not valid here
 * @throws Error where not even plain SIMD is there
 */
export async function loadKernel(read: (flavour: Flavour) => Promise<BufferSource>): Promise<KernelCode> {
  for (const flavour of ['relaxed', 'plain'] as const) {
    const bytes = await read(flavour);
    if (WebAssembly.validate(bytes)) return { flavour, module: await WebAssembly.compile(bytes) };
  }
  throw new Error('This browser’s WebAssembly has no SIMD, which the kernel needs; use another engine here.');
}

/** How much memory, and what it holds before the first run; a `Layout` says so. */
interface MemoryPlan {
  readonly bytes: number;
  readonly initial: readonly Initial[];
}

const PAGE_BYTES = 2 ** 16;
/** Memory grows by whole mebibytes. */
const STEP_PAGES = 16;

/**
 * A kernel with a memory of its own, laid out by one layout. Running allocates nothing; the memory goes back when the
 * kernel is dropped (WebAssembly memory cannot shrink). Two kernels can't share one: each works in the same first
 * bytes of its memory (`OWN_BYTES`). Workers that share a batch exchange gradients through `floats`.
 */
export class Kernel {
  readonly #memory: WebAssembly.Memory;
  readonly #run: (tape: number, count: number) => number;
  #written = 0;

  /** @throws Error where the memory that the layout takes can't be had */
  constructor({ module }: KernelCode, layout: MemoryPlan) {
    this.#memory = withMemoryOf(
      layout.bytes,
      () => new WebAssembly.Memory({ initial: pagesFor(layout.bytes) }),
    );
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    const run = exports['run'];
    if (typeof run !== 'function')
      throw new Error(
        `the kernel's binary exports ${Object.keys(exports).join(', ')}, expected run. Build it anew.`,
      );
    this.#run = (tape, count) => Number(run(tape, count));
    this.extend(layout);
  }

  /** The memory's size in bytes. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Follows the layout where it has grown: more memory, more constants, more tapes. What memory holds stays, but views
   * of it (`floats`, `integers`) made before are dead.
   */
  extend(layout: MemoryPlan): void {
    const missing = pagesFor(layout.bytes) - this.bytes / PAGE_BYTES;
    if (missing > 0) withMemoryOf(layout.bytes, () => this.#memory.grow(missing));
    for (const { offset, words } of layout.initial.slice(this.#written))
      new Int32Array(this.#memory.buffer, offset, words.length).set(words);
    this.#written = layout.initial.length;
  }

  /** Runs a tape. @throws Error where the kernel refused an instruction: those before it are done */
  run({ name, offset, instructions }: Program): void {
    const done = this.#run(offset, instructions);
    if (done === instructions) return;
    const [opcode = 0] = new Int32Array(this.#memory.buffer, offset + 4 * INSTRUCTION_WORDS * done, 1);
    const known = OPCODES[opcode - 1];
    const why =
      known === undefined
        ? `has the opcode ${opcode}, which there isn't: the tape was overwritten`
        : `is a ${known.name} by ${known.form === 'loss' ? 'a label that is no class’s number: check the labels' : 'an id that is no row of its table: check the ids'}`;
    throw new Error(`${name}: instruction ${done} of ${instructions} ${why}.`);
  }

  /** A block's numbers themselves, row by row; lives until `extend`. @throws Error where the block has gaps */
  floats(block: Block): Float32Array<ArrayBuffer> {
    if (!isWhole(block))
      throw new Error(`${spelled(block)} has gaps between its rows; read or write a block that has none.`);
    return new Float32Array(this.#memory.buffer, block.offset, block.rows * block.columns);
  }

  /** Row numbers themselves; lives until `extend`. */
  integers({ offset, count }: Ids): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#memory.buffer, offset, count);
  }
}

/** Whole steps of memory that hold so many bytes. */
function pagesFor(bytes: number): number {
  return Math.ceil(bytes / (STEP_PAGES * PAGE_BYTES)) * STEP_PAGES;
}

function withMemoryOf<Result>(bytes: number, take: () => Result): Result {
  try {
    return take();
  } catch (cause) {
    throw new Error(`the browser refused the kernel's memory of ${bytes} bytes; choose smaller sizes.`, {
      cause,
    });
  }
}
