import type { Plan, PlanId } from '../../plan/plan.ts';
import type { Tape } from '../tape.ts';
import { blockAt, type Lodging } from './passes.ts';
import type { Usage } from './usage.ts';

interface RowSum {
  /** The `reduce` node, and the node whose rows it sums. */
  readonly id: PlanId;
  readonly of: PlanId;
  /** Where the sum goes, one row. */
  readonly place: Lodging;
  /** Where it is added up over the steps, a row an example, if no block holds all rows of what is summed. */
  readonly partial: Lodging | undefined;
}

/** Sums over all rows: of biases' gradients, for one. */
export class RowSums {
  readonly #sums: readonly RowSum[];
  readonly #lodgingOf: (id: PlanId) => Lodging;

  /**
   * @param places where values lie that have a place of their own
   * @param room takes memory for a node's rows of one step
   */
  constructor(
    { nodes }: Plan,
    { bodies }: Usage,
    places: ReadonlyMap<PlanId, Lodging>,
    lodgingOf: (id: PlanId) => Lodging,
    room: (id: PlanId) => Lodging,
  ) {
    this.#lodgingOf = lodgingOf;
    this.#sums = [...nodes.entries()].flatMap(([id, node]) => {
      if (node.op !== 'reduce') return [];
      const isInPassing = bodies[node.a] === 'back' && places.get(node.a)?.all === undefined;
      return { id, of: node.a, place: lodgingOf(id), partial: isInPassing ? room(id) : undefined };
    });
  }

  /** Those that the reverse loop adds up, and where. */
  get inPassing(): ReadonlyMap<PlanId, Lodging> {
    return new Map(this.#sums.flatMap(({ id, partial }) => (partial === undefined ? [] : [[id, partial]])));
  }

  /** Where the sums are, when they are done. */
  get places(): ReadonlyMap<PlanId, Lodging> {
    return new Map(this.#sums.map(({ id, place }) => [id, place]));
  }

  /** What has to be there, all rows of it, when the loops are over. */
  get read(): readonly PlanId[] {
    return this.#sums.flatMap(({ of, partial }) => (partial === undefined ? of : []));
  }

  begin(tape: Tape): void {
    for (const { partial } of this.#sums) if (partial !== undefined) tape.fill(partial.at(0), 0);
  }

  end(tape: Tape): void {
    for (const { of, place, partial } of this.#sums)
      tape.columnSums(blockAt(place, undefined), partial?.at(0) ?? blockAt(this.#lodgingOf(of), undefined));
  }
}
