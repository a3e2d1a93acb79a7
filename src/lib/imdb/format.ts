import * as v from 'valibot';

/** Ids with a meaning of their own; words follow from `FIRST_WORD`, by frequency in the training part. */
export const PAD = 0;
export const START = 1;
export const OUT_OF_VOCABULARY = 2;
export const FIRST_WORD = 3;

/** Ids run from 0 to this number less one: the three above and 9,997 words. */
export const LARGEST_VOCABULARY = 10_000;

/**
 * A review keeps at most this many of its last tokens (the verdict stands at the end).
 *
 * START counts as a review's first token, so it is still there exactly when the review was kept whole:
 * up to 255 words and START. The same holds when a reader keeps fewer: a row that begins with START
 * is a whole review, one that does not begins in the middle.
 */
export const MOST_TOKENS = 256;

const upTo = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
/** Room is taken by what the manifest says, before a byte has come: what is beyond any real file is refused. */
const Bytes = upTo(100_000_000);
/** All the labelled reviews that there are. */
const Count = upTo(50_000);

const File = v.strictObject({
  /** Relative to the manifest. It holds a part of the file's SHA-256, so a path's content never changes. */
  path: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\.[0-9a-f]{12}\.bin$/)),
  /** Bytes over the wire (every file is gzip inside: static hosts do not compress `.bin`). */
  bytes: Bytes,
  /** SHA-256 of those bytes, lower-case hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
/** One file of the pack. */
export type File = v.InferOutput<typeof File>;

const Shard = v.strictObject({
  ...File.entries,
  /** Reviews in it. */
  reviews: Count,
});
export type Shard = v.InferOutput<typeof Shard>;

/** The data pack's table of contents, `manifest.json`. */
export const Manifest = v.strictObject({
  version: v.literal(1),
  /** Where the reviews come from, in words. */
  source: v.string(),
  /** What made the pack (scripts, package and seed), as SHA-256; the same recipe makes the same bytes. */
  recipe: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Ids run from 0 to this number less one. */
  vocabularySize: v.pipe(v.number(), v.integer(), v.minValue(FIRST_WORD + 1), v.maxValue(LARGEST_VOCABULARY)),
  /** The words from id 3 on, a line each, UTF-8. */
  vocabulary: File,
  /** Cumulative: the first holds 2,000 reviews, the first two 8,000, all three 20,000. */
  training: v.pipe(v.array(Shard), v.length(3)),
  validation: Shard,
  test: Shard,
  /** The test part's first reviews in their original words: a JSON list of strings; text k is test review k. */
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
