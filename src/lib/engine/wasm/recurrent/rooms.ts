import type { Size } from '../../../equations/graph.ts';
import { type Block, rowsOf } from '../block.ts';
import type { Scope } from '../part.ts';
import { fixed, type Lodging } from './passes.ts';

/** How large a cell's batch is, and in which direction it reads. */
export interface Extent {
  readonly batch: number;
  readonly steps: number;
  readonly sizes: Readonly<Record<Size, number>>;
  readonly direction: 'forward' | 'backward';
}

/** A state's values before and after each step. */
export interface History {
  readonly before: Lodging;
  readonly after: Lodging;
  /** What is before the first step; to be zeroed. */
  readonly beginning: Block;
}

/** Takes memory for a cell's values. Steps are counted as the cell runs, rows lie as the text stands. */
export class Rooms {
  readonly #memory: Scope;
  readonly #extent: Extent;

  constructor(memory: Scope, extent: Extent) {
    this.#memory = memory;
    this.#extent = extent;
  }

  /** A block of rows of all steps as the place of a value. */
  over(block: Block): Lodging {
    const { batch, steps, direction } = this.#extent;
    return {
      at: (step) => rowsOf(block, batch * (direction === 'forward' ? step : steps - 1 - step), batch),
      all: block,
    };
  }

  /** Rows of all steps. */
  whole(name: string, columns: number): Lodging {
    const { batch, steps } = this.#extent;
    return this.over(this.#memory.block(name, steps * batch, columns));
  }

  /** Rows of one step, the same at all of them. */
  step(name: string, columns: number): Lodging {
    const { batch } = this.#extent;
    const block = this.#memory.block(name, batch, columns);
    return { at: () => block, all: undefined };
  }

  /** One row. */
  row(name: string, columns: number): Lodging {
    return fixed(this.#memory.block(name, 1, columns));
  }

  /** A state's values: all of them (after a step is before the next), or the last two. */
  history(name: string, isWhole: boolean): History {
    const { batch, steps, sizes, direction } = this.#extent;
    if (!isWhole) {
      const two = [0, 1].map((k) => this.#memory.block(`${name}, ${k}`, batch, sizes.units));
      const at = (place: number) => two[place % 2] as Block;
      return {
        before: { at: (step) => at(step), all: undefined },
        after: { at: (step) => at(step + 1), all: undefined },
        beginning: at(0),
      };
    }
    const all = this.#memory.block(name, (steps + 1) * batch, sizes.units);
    const isForward = direction === 'forward';
    const early = rowsOf(all, 0, steps * batch);
    const late = rowsOf(all, batch, steps * batch);
    return {
      before: this.over(isForward ? early : late),
      after: this.over(isForward ? late : early),
      beginning: rowsOf(all, isForward ? 0 : steps * batch, batch),
    };
  }
}
