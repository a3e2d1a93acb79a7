import * as v from 'valibot';

/** Ids with a meaning of their own; words follow from `FIRST_WORD`, by frequency in the training part. */
export const PAD = 0;
export const START = 1;
export const OUT_OF_VOCABULARY = 2;
export const FIRST_WORD = 3;

/** A review keeps at most this many of its last tokens (the verdict stands at the end). */
export const MOST_TOKENS = 256;

const Shard = v.strictObject({
  /** Relative to the manifest. */
  path: v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/)),
  /** Reviews in it. */
  reviews: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Bytes over the wire (the shard is gzip). */
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** SHA-256 of those bytes, lower-case hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type Shard = v.InferOutput<typeof Shard>;

const File = v.omit(Shard, ['reviews']);

/** The data pack's table of contents, `manifest.json`. */
export const Manifest = v.strictObject({
  version: v.literal(1),
  source: v.string(),
  /** Ids run from 0 to this number less one. */
  vocabularySize: v.pipe(v.number(), v.integer()),
  vocabulary: File,
  /** Cumulative: the first holds 2,000 reviews, the first two 8,000, all three 20,000. */
  training: v.pipe(v.array(Shard), v.length(3)),
  validation: Shard,
  test: Shard,
  /** 300 test reviews in their original words. */
  reading: Shard,
});
export type Manifest = v.InferOutput<typeof Manifest>;

/** A part of the data in memory. Review k's ids are `ids.subarray(starts[k], starts[k + 1])`. */
export interface Reviews {
  readonly ids: Uint16Array;
  /** One more than there are reviews. */
  readonly starts: Uint32Array;
  /** 0 negative, 1 positive. */
  readonly labels: Uint8Array;
}
