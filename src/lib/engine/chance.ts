/**
 * What dropout drops follows from a seed, the batch's number and the element's place alone, by one hash that every
 * engine computes in its own language on 32-bit integers: so engines drop the same elements, a run that goes on from
 * a checkpoint drops what it would have dropped, and a batch that is split over workers drops what it would whole.
 */

/** Mixes 32 bits: every bit of the result depends on every bit given (C. Wellons's `lowbias32`). */
export function mix(bits: number): number {
  let x = bits >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * The key of one dropout in one batch.
 *
 * @param place the layer's place in its model, from 0; of a recurrent layer's k-th cell (from 0) that plus 1000 (k + 1)
 * @param step batches learnt before this one
 */
export function keyOf(seed: number, place: number, step: number): number {
  return mix(mix(mix(seed) + place) + step);
}

/** Elements below it are dropped: a share `rate` of all 32-bit numbers. */
export function threshold(rate: number): number {
  return Math.min(0xffff_ffff, Math.round(rate * 2 ** 32));
}

/**
 * Whether an element stays; what stays is divided by 1 − rate.
 *
 * @param index the element's place: (example · steps + step) · size + feature; without `steps` and `step` where the
 * same features are dropped at all steps
 */
export function stays(key: number, index: number, limit: number): boolean {
  return mix(key + index) >= limit;
}
