import type { Size } from '../../../equations/graph.ts';
import type { Plan, PlanId } from '../../plan/plan.ts';
import { type Block, columnsOf } from '../block.ts';
import type { Scope } from '../part.ts';
import type { Tape } from '../tape.ts';
import type { Matrices } from './matrices.ts';
import type { Lodging } from './passes.ts';

/** Rows that products start from: where biases don't lie side by side as their products do, they are brought together. */
export class Biases {
  readonly #plan: Plan;
  readonly #memory: Scope;
  readonly #matrices: Matrices;
  readonly #sizes: Readonly<Record<Size, number>>;
  readonly #lodgingOf: (id: PlanId) => Lodging;
  readonly #copies: { readonly to: Block; readonly from: Block }[] = [];

  constructor(
    plan: Plan,
    memory: Scope,
    matrices: Matrices,
    sizes: Readonly<Record<Size, number>>,
    lodgingOf: (id: PlanId) => Lodging,
  ) {
    this.#plan = plan;
    this.#memory = memory;
    this.#matrices = matrices;
    this.#sizes = sizes;
    this.#lodgingOf = lodgingOf;
  }

  /** One row for products side by side; zeros for those that start from nothing. */
  row(starts: readonly (PlanId | undefined)[], sizes: readonly Size[]): Block {
    const names = starts.flatMap((start) => {
      const node = this.#plan.nodes[start ?? -1];
      return node?.op === 'parameter' ? node.name : [];
    });
    const together = names.length === starts.length ? this.#matrices.row(names) : undefined;
    if (together !== undefined) return together;
    const width = sizes.reduce((sum, size) => sum + this.#sizes[size], 0);
    const row = this.#memory.block('biases', 1, width);
    let from = 0;
    for (const [k, start] of starts.entries()) {
      const to = columnsOf(row, from, this.#sizes[sizes[k] ?? 'units']);
      from += to.columns;
      const bias = start === undefined ? this.#memory.number(0) : this.#lodgingOf(start).all;
      if (bias === undefined) throw new Error(`node ${start} is no row that products could start from`);
      this.#copies.push({ to, from: bias });
    }
    return row;
  }

  /** Once a batch, when what is made of parameters alone is there. */
  put(tape: Tape): void {
    for (const { to, from } of this.#copies) tape.map('copy', to, from);
  }
}
