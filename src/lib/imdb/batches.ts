import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { PAD, type Reviews } from './format.ts';
import { type Limits, limit, pad, type Side } from './limits.ts';

/** Some reviews as a model takes them. */
export interface Batch {
  /** How many reviews. */
  readonly size: number;
  /** Columns of `ids` and `mask`. */
  readonly tokens: number;
  /** [size, tokens], row-major, padded. */
  readonly ids: Int32Array;
  /** [size, tokens]: 1 where a token stands, 0 where padding does. */
  readonly mask: Float32Array;
  /** [size]: tokens in each row, at least 1. */
  readonly lengths: Int32Array;
  /** [size]: 0 negative, 1 positive. */
  readonly labels: Float32Array;
}

/**
 * The order in which an epoch goes through `count` reviews: each index once, shuffled by seed and epoch. An
 * epoch's order hangs on no other epoch, so a run can go on in the middle of any.
 * @param epoch counts from 1, as in the frames.
 */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, k) => k);
  // Seeds of neighbouring runs and epochs must not meet: an odd multiplier sends each epoch far from the next.
  const random = xoroshiro128plus((seed ^ Math.imul(epoch, 0x9e37_79b1)) | 0);
  // Fisher and Yates: every order is equally likely.
  for (let last = count - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** The order cut into batches of `size` indices; the last may be smaller. */
export function batchesOf(order: Uint32Array, size: number): Uint32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, k) =>
    order.subarray(k * size, (k + 1) * size),
  );
}

/**
 * The reviews with these indices, cut to the reader's limits and padded to their length: `limits.tokens`
 * columns in every batch, so that an engine meets one shape only.
 * @throws RangeError for an index past the part's end.
 */
export function batchOf(
  { ids, starts, labels }: Reviews,
  indices: ArrayLike<number>,
  limits: Limits,
  side: Side = 'left',
): Batch {
  const size = indices.length;
  const { tokens } = limits;
  const batch = {
    size,
    tokens,
    ids: new Int32Array(size * tokens),
    mask: new Float32Array(size * tokens),
    lengths: new Int32Array(size),
    labels: new Float32Array(size),
  };
  for (const [row, review] of Array.from(indices).entries()) {
    const label = labels[review];
    if (label === undefined) {
      throw new RangeError(`Review ${review} of ${labels.length} was asked for; they count from 0.`);
    }
    const kept = limit(ids.subarray(starts[review], starts[review + 1]), limits);
    batch.ids.set(pad(kept, tokens, side), row * tokens);
    batch.lengths[row] = kept.length;
    batch.labels[row] = label;
  }
  // No token has the id PAD, so the ids alone say where the padding is.
  batch.mask.set(batch.ids.map((id) => (id === PAD ? 0 : 1)));
  return batch;
}
