import { createHash } from 'node:crypto';
import { wordsOf } from '../../src/lib/imdb/tokens.ts';

/** A review on its way into the pack. */
export interface ReadReview {
  readonly text: string;
  /** 0 negative, 1 positive. */
  readonly label: 0 | 1;
  /** What the pack keeps of its words: the last ones. */
  readonly kept: readonly string[];
  /** Its first words, for telling reposts apart. */
  readonly opening: string;
}

/** Two reviews that agree in so many words at an end are one text, mended and posted again. */
const REPOST = 20;

/** A text on its way into the pack; at most `most` of its words are kept. */
export function readReview(text: string, label: 0 | 1, most: number): ReadReview {
  const words = wordsOf(text);
  return { text, label, kept: words.slice(-most), opening: words.slice(0, REPOST).join(' ') };
}

/**
 * One review for each different text: those that end or begin with the same 20 words count as one, whatever
 * their punctuation. Without this a review and its reworded repost could stand in training and test.
 */
export function deduplicate(reviews: readonly ReadReview[]): ReadReview[] {
  const byEnding = oneOfEach(reviews, ({ kept }) => kept.slice(-REPOST).join(' '));
  return oneOfEach(byEnding, ({ opening }) => opening);
}

/**
 * Of reviews with the same key, the first in the order of their characters, so that the result doesn't hang on
 * the order of the input. If their labels differ, none: there is no saying which is right.
 */
function oneOfEach(reviews: readonly ReadReview[], keyOf: (review: ReadReview) => string): ReadReview[] {
  return [...Map.groupBy(reviews, keyOf).values()].flatMap((group) => {
    const [first] = group.toSorted((a, b) => (a.text < b.text ? -1 : 1));
    return first !== undefined && group.every(({ label }) => label === first.label) ? [first] : [];
  });
}

/**
 * Deals reviews into parts of the given sizes, half of each negative and half positive. A review's place comes
 * from a hash of the seed and its text alone, and parts are dealt in order: a part stays as it is when a
 * later one grows. Within a part the labels are mixed.
 * @throws Error when a size is odd or there are too few reviews.
 */
export function split(
  reviews: readonly ReadReview[],
  sizes: readonly number[],
  seed: number,
): ReadReview[][] {
  const ordered = reviews
    .map((review) => ({
      review,
      hash: createHash('sha256').update(`${seed}\n${review.text}`).digest('hex'),
    }))
    .toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const ofLabel = [0, 1].map((label) => ordered.filter(({ review }) => review.label === label));
  let dealt = 0;
  return sizes.map((size) => {
    const half = size / 2;
    if (!Number.isInteger(half)) {
      throw new Error(`A part has an even size, half of each label; received ${size}.`);
    }
    const part = ofLabel.flatMap((queue) => queue.slice(dealt, dealt + half));
    if (part.length !== size) {
      throw new Error(
        `A part of ${size} reviews needs ${half} of each label, and after ${dealt} of each are dealt there are ` +
          `${ofLabel.map((queue) => Math.max(0, queue.length - dealt)).join(' negative and ')} positive left.`,
      );
    }
    dealt += half;
    return part.toSorted((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ review }) => review);
  });
}
