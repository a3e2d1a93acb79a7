import { createHash } from 'node:crypto';

/** A review on its way into the pack. */
export interface ReadReview {
  readonly text: string;
  /** 0 negative, 1 positive. */
  readonly label: 0 | 1;
  /** What the pack keeps of its words. */
  readonly kept: readonly string[];
}

/**
 * One review for each different thing that a model could see: reviews whose kept words are the same count as
 * one text, whatever their punctuation or lost beginnings. Of several, the first in the order of their
 * characters stays, so the result doesn't hang on the order of the input. If their labels differ, none stays:
 * there is no saying which is right.
 */
export function deduplicate(reviews: readonly ReadReview[]): ReadReview[] {
  const groups = new Map<string, ReadReview[]>();
  for (const review of reviews) {
    const key = review.kept.join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [review]);
    else group.push(review);
  }
  return [...groups.values()].flatMap((group) => {
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
