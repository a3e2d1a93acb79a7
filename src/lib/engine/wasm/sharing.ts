/** How a batch is shared out. */

/** The workers that learn one model together, 1, 2 or 4, and which of them this is. */
export interface Crew {
  readonly own: number;
  readonly of: number;
}

export const ALONE: Crew = { own: 0, of: 1 };

/** Shards, and so workers, at most. A power of two, so that sums are a tree. */
export const MOST_SHARDS = 4;
/** Examples in a shard at least: as many rows as a product's tile has. */
const LEAST = 4;

/**
 * How many examples each shard of a batch takes. It follows from the batch's size alone, not from how many workers there
 * are: a gradient is the sum of the same parts, added in the same order, whoever computed them. So a run on one worker
 * goes on on two as if nothing had changed, to the last bit. (Nor does it cost anything: an LSTM batch of 32, 80 steps,
 * 32 units takes 4.3 ms in one piece and in four, what a shard works on being a quarter.)
 */
export function shardSizes(size: number): readonly number[] {
  let shards = MOST_SHARDS;
  while (shards > 1 && size < shards * LEAST) shards /= 2;
  return Array.from({ length: shards }, (_, k) => {
    const [from, end] = [Math.floor((k * size) / shards), Math.floor(((k + 1) * size) / shards)];
    return end - from;
  });
}

/** Into how many groups of neighbours a crew divides the shards, a group a worker; 1: each worker learns them all. */
export function groupCount({ of }: Crew, shards: number): number {
  return shards % of === 0 ? of : 1;
}
