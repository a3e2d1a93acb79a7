import type { PlanId } from '../../plan/plan.ts';
import type { Work } from './works.ts';

/** A step of a body: one element-wise value, or the products that are done at once. */
export interface Item {
  readonly work: Work | undefined;
  /** `product` nodes of one panel, or one `productBack` node. */
  readonly products: readonly PlanId[];
  readonly makes: readonly PlanId[];
  readonly reads: readonly PlanId[];
  /** What lies where the item's value goes. */
  readonly destroys: PlanId | undefined;
  /** A function made of a sum, in its place: several that lie side by side are one pass. */
  readonly isInPlace: boolean;
}

/**
 * An order in which the items of a body can be done. An adjoint that takes the place of a gate comes as soon as nothing
 * else reads the gate, and not before if that can be; functions in place wait until all of them are ready.
 */
export function orderOf(items: readonly Item[]): readonly Item[] {
  const makers = new Map<PlanId, Item>();
  for (const item of items) for (const id of item.makes) makers.set(id, item);
  /** How many items that are still to come read a value. */
  const readers = new Map<PlanId, number>();
  for (const { reads } of items) for (const id of reads) readers.set(id, (readers.get(id) ?? 0) + 1);
  const waits = new Map(
    items.map((item) => [item, new Set(item.reads.flatMap((id) => makers.get(id) ?? []))]),
  );
  const waiting = new Map<Item, Item[]>();
  for (const [item, makers] of waits)
    for (const maker of makers) {
      const followers = waiting.get(maker) ?? [];
      followers.push(item);
      waiting.set(maker, followers);
    }

  const rank = ({ destroys, isInPlace, reads }: Item): number => {
    if (destroys === undefined) return isInPlace ? 2 : 1;
    const others = (readers.get(destroys) ?? 0) - (reads.includes(destroys) ? 1 : 0);
    return others === 0 ? 0 : 3;
  };
  const ready = new Set(items.filter((item) => waits.get(item)?.size === 0));
  const ordered: Item[] = [];
  const places = new Map(items.map((item, place) => [item, place]));
  while (ready.size > 0) {
    let [best] = ready;
    for (const item of ready) if (best !== undefined && isBefore(item, best)) best = item;
    if (best === undefined) break;
    ready.delete(best);
    ordered.push(best);
    for (const id of best.reads) readers.set(id, (readers.get(id) ?? 0) - 1);
    for (const follower of waiting.get(best) ?? []) {
      const makers = waits.get(follower);
      makers?.delete(best);
      if (makers?.size === 0) ready.add(follower);
    }
  }
  if (ordered.length < items.length) throw new Error('values of a plan wait for one another');
  return ordered;

  function isBefore(item: Item, other: Item): boolean {
    return rank(item) - rank(other) < 0 || (rank(item) === rank(other) && place(item) < place(other));
  }
  function place(item: Item): number {
    return places.get(item) ?? 0;
  }
}
