import { type Block, depthOf, type Packed, rowsOf, transposed } from '../block.ts';
import type { Scope } from '../part.ts';
import type { Tape } from '../tape.ts';

/**
 * A cell's matrices, packed for products once a batch: for `v Mᵀ` of the forward pass (`right`) and for `a M` of the
 * backward pass (`left`), several at once, side by side or one above the other. The same ones are packed once.
 */
export class Matrices {
  readonly #memory: Scope;
  readonly #weights: (...names: readonly string[]) => Block;
  readonly #arrangement: readonly string[];
  readonly #packed = { right: new Map<string, Packed>(), left: new Map<string, Packed>() };
  readonly #packing = { right: [] as ((tape: Tape) => void)[], left: [] as ((tape: Tape) => void)[] };

  /** @param arrangement the order in which the parameters lie in memory */
  constructor(
    memory: Scope,
    weights: (...names: readonly string[]) => Block,
    arrangement: readonly string[],
  ) {
    this.#memory = memory;
    this.#weights = weights;
    this.#arrangement = arrangement;
  }

  /** Adds the packing of all that has been asked for. */
  pack(side: 'right' | 'left', tape: Tape): void {
    for (const put of this.#packing[side]) put(tape);
  }

  /** [columns, rows of all together]. */
  right(names: readonly string[]): Packed {
    return this.#once('right', names, (runs, rows, columns) => {
      const packed = this.#memory.packed(`${names.join(', ')} side by side`, columns, rows);
      const [only, ...others] = runs;
      if (only !== undefined && others.length === 0) {
        this.#packing.right.push((tape) => tape.pack(packed, transposed(only)));
        return packed;
      }
      const joined = this.#memory.block(`${names.join(', ')} joined`, rows, columns);
      this.#packing.right.push((tape) => {
        let from = 0;
        for (const run of runs) {
          tape.map('copy', rowsOf(joined, from, run.rows), run);
          from += run.rows;
        }
        tape.pack(packed, transposed(joined));
      });
      return packed;
    });
  }

  /** [rows of all together, columns]. */
  left(names: readonly string[]): Packed {
    return this.#once('left', names, (runs, rows, columns) => {
      const packed = this.#memory.packed(`${names.join(', ')} one above the other`, rows, columns);
      this.#packing.left.push((tape) => {
        let from = 0;
        for (const run of runs) {
          tape.pack(depthOf(packed, from, run.rows), run);
          from += run.rows;
        }
      });
      return packed;
    });
  }

  /** Whether one parameter lies right after another. */
  areNeighbours(before: string, after: string): boolean {
    const place = this.#arrangement.indexOf(before);
    return place >= 0 && this.#arrangement[place + 1] === after;
  }

  /** Cuts a list of parameters into blocks of those that lie one right after the other. */
  runs<Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly (readonly Item[])[] {
    const runs: Item[][] = [];
    for (const item of items) {
      const run = runs.at(-1);
      const before = run?.at(-1);
      if (run !== undefined && before !== undefined && this.areNeighbours(nameOf(before), nameOf(item)))
        run.push(item);
      else runs.push([item]);
    }
    return runs;
  }

  /** Vectors as one row, where they lie so; else undefined. */
  row(names: readonly string[]): Block | undefined {
    return this.runs(names, (name) => name).length === 1 ? this.#weights(...names) : undefined;
  }

  #once(
    side: 'right' | 'left',
    names: readonly string[],
    make: (runs: readonly Block[], rows: number, columns: number) => Packed,
  ): Packed {
    const key = names.join(' ');
    const known = this.#packed[side].get(key);
    if (known !== undefined) return known;
    const runs = this.runs(names, (name) => name).map((run) => this.#weights(...run));
    const rows = runs.reduce((sum, run) => sum + run.rows, 0);
    const packed = make(runs, rows, runs[0]?.columns ?? 0);
    this.#packed[side].set(key, packed);
    return packed;
  }
}
