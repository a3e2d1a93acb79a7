import type { Size } from '../../../equations/graph.ts';
import type { PlanId } from '../../plan/plan.ts';
import { type Block, columnsOf } from '../block.ts';
import type { Lodging } from './passes.ts';
import type { Slot, Slots } from './slots.ts';

/** Slots in memory: each band is one block, its slots side by side. */
export class Bands {
  readonly #places = new Map<
    Slot,
    { readonly band: Lodging; readonly number: number; readonly from: number }
  >();
  readonly #lodgings = new Map<Slot, Lodging>();
  readonly #slots: Slots;
  readonly #widths: Readonly<Record<Size, number>>;

  /**
   * @param widths elements of a vector of each size
   * @param lodge gives a band its memory, rows of all steps or of one
   */
  constructor(
    slots: Slots,
    widths: Readonly<Record<Size, number>>,
    lodge: (slots: readonly Slot[], columns: number) => Lodging,
  ) {
    this.#slots = slots;
    this.#widths = widths;
    let number = 0;
    for (const slots of this.#slots.bands) {
      const band = lodge(
        slots,
        slots.reduce((sum, { size }) => sum + widths[size], 0),
      );
      let from = 0;
      // A gap in the numbers, so that the last slot of a band and the first of the next are no neighbours.
      number += 1;
      for (const slot of slots) {
        this.#places.set(slot, { band, number, from });
        number += 1;
        from += widths[slot.size];
      }
    }
    for (const slot of this.#places.keys()) this.#lodgings.set(slot, this.#columns(slot, widths[slot.size]));
  }

  of(slot: Slot): Lodging {
    const lodging = this.#lodgings.get(slot);
    if (lodging === undefined) throw new Error('a slot is in no band');
    return lodging;
  }

  /** Slots side by side as one place; what lies in none has its own. */
  together(ids: readonly PlanId[], lodgingOf: (id: PlanId) => Lodging): Lodging {
    const [first] = ids;
    if (first === undefined) throw new Error('nothing lies nowhere');
    const slot = this.#slots.of.get(first);
    if (ids.length === 1 || slot === undefined) return lodgingOf(first);
    const width = ids.reduce((sum, id) => sum + this.#widths[this.#slots.of.get(id)?.size ?? 'units'], 0);
    return this.#columns(slot, width);
  }

  /** Where a value's slot is among all; undefined for a value that lies in none. */
  number(id: PlanId): number | undefined {
    const slot = this.#slots.of.get(id);
    return slot === undefined ? undefined : this.#places.get(slot)?.number;
  }

  /** In the order in which they lie, what has no slot last. */
  inOrder<Item>(items: readonly Item[], idOf: (item: Item) => PlanId): readonly Item[] {
    const place = (item: Item) => this.number(idOf(item)) ?? Number.POSITIVE_INFINITY;
    return items.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  }

  /** Cuts what is in order into runs that lie side by side and that belong together otherwise too. */
  runs<Item>(
    items: readonly Item[],
    idOf: (item: Item) => PlanId,
    belong: (before: Item, item: Item) => boolean = () => true,
  ): readonly (readonly Item[])[] {
    const runs: Item[][] = [];
    for (const item of items) {
      const run = runs.at(-1);
      const before = run?.at(-1);
      const next = before === undefined ? undefined : (this.number(idOf(before)) ?? Number.NaN) + 1;
      if (
        run !== undefined &&
        before !== undefined &&
        this.number(idOf(item)) === next &&
        belong(before, item)
      )
        run.push(item);
      else runs.push([item]);
    }
    return runs;
  }

  #columns(slot: Slot, width: number): Lodging {
    const place = this.#places.get(slot);
    if (place === undefined) throw new Error('a slot is in no band');
    const cut = (block: Block) => columnsOf(block, place.from, width);
    return {
      at: (step) => cut(place.band.at(step)),
      all: place.band.all === undefined ? undefined : cut(place.band.all),
    };
  }
}
