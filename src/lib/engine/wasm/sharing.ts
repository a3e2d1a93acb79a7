/** How a batch is shared out. */

/** The workers that learn one model together, and which of them this is. */
export interface Crew {
  readonly own: number;
  readonly of: number;
}

export const ALONE: Crew = { own: 0, of: 1 };

/** Shards, and so workers, at most. */
const SHARDS = 2;
/** Examples in a shard at least. */
const LEAST = 4;

/**
 * How many examples each shard of a batch takes. It follows from the batch's size alone, not from how many workers there
 * are: a gradient is the sum of the same parts in the same order whoever computed them, and a run on one worker goes on
 * on two as if nothing had changed, to the last bit.
 */
export function shardSizes(size: number): readonly number[] {
  const shards = size < SHARDS * LEAST ? 1 : SHARDS;
  return Array.from({ length: shards }, (_, k) => {
    const [from, end] = [Math.floor((k * size) / shards), Math.floor(((k + 1) * size) / shards)];
    return end - from;
  });
}

/** The shards that a worker learns: neighbours, as many for each as can be. Where there are too few, all learn all. */
export function shardsOf({ own, of }: Crew, shards: number): readonly number[] {
  if (shards < of) return Array.from({ length: shards }, (_, k) => k);
  const [from, end] = [Math.floor((own * shards) / of), Math.floor(((own + 1) * shards) / of)];
  return Array.from({ length: end - from }, (_, k) => from + k);
}
