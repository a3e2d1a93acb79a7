import { describe, expect, it } from 'vitest';
import { deduplicate, type ReadReview, readReview, split } from './split.ts';

const review = (text: string, label: 0 | 1): ReadReview => readReview(text, label, 256);
const texts = (part: readonly ReadReview[] | undefined) => part?.map(({ text }) => text);

describe('deduplicating', () => {
  it('keeps one of the reviews that a model could not tell apart, the same whatever the order', () => {
    const reviews = [review('A film', 1), review('a, film', 1), review('a Film', 1), review('no film', 0)];
    expect(texts(deduplicate(reviews))).toEqual(['A film', 'no film']);
    expect(texts(deduplicate(reviews.toReversed()))).toEqual(['no film', 'A film']);
  });

  it('keeps one of a review and its repost, mended at either end', () => {
    const same = Array.from({ length: 20 }, (_, k) => `word${k}`).join(' ');
    const kept = deduplicate([
      review(`First: ${same}`, 1),
      review(`At first, ${same}`, 1),
      review(`${same} at last`, 0),
      review(`${same}, in the end`, 0),
      review(`${same.slice(0, -7)} other at last`, 0),
    ]);
    expect(texts(kept)).toEqual([
      `At first, ${same}`,
      `${same} at last`,
      `${same.slice(0, -7)} other at last`,
    ]);
  });

  it('keeps neither when their labels differ', () => {
    expect(texts(deduplicate([review('a film', 1), review('a film', 0), review('b', 0)]))).toEqual(['b']);
  });
});

describe('splitting', () => {
  const reviews = Array.from({ length: 400 }, (_, k) => review(`review ${k}`, k < 200 ? 0 : 1));
  const parts = split(reviews, [20, 60, 100], 7);

  it('gives parts of the sizes asked for, balanced, with nothing in two of them', () => {
    expect(parts.map(({ length }) => length)).toEqual([20, 60, 100]);
    for (const part of parts) {
      expect(part.filter(({ label }) => label === 1).length).toBe(part.length / 2);
    }
    const all = parts.flat().map(({ text }) => text);
    expect(new Set(all).size).toBe(all.length);
  });

  it('hangs on the texts and the seed only', () => {
    expect(split(reviews.toReversed(), [20, 60, 100], 7)).toEqual(parts);
    expect(split(reviews, [20, 60, 100], 8)).not.toEqual(parts);
  });

  it('leaves a part as it is when a later one grows, or the reviews lose one of another part', () => {
    expect(split(reviews, [20, 60, 200], 7).slice(0, 2)).toEqual(parts.slice(0, 2));
    const [last] = parts.at(-1) ?? [];
    const fewer = reviews.filter((other) => other !== last);
    expect(split(fewer, [20, 60, 100], 7).slice(0, 2)).toEqual(parts.slice(0, 2));
  });

  it('mixes the labels within a part', () => {
    const labels = parts[2]?.map(({ label }) => label) ?? [];
    const changes = labels.filter((label, k) => k > 0 && label !== labels[k - 1]).length;
    // Sorted by label there would be one; half of 99 are to be expected.
    expect(changes).toBeGreaterThan(30);
  });

  it('says when there are too few, or a half would be split', () => {
    expect(() => split(reviews, [20, 400], 7)).toThrow(
      'needs 200 of each label, and after 10 of each are dealt there are 190 negative and 190 positive left',
    );
    expect(() => split(reviews, [3], 7)).toThrow('A part has an even size, half of each label; received 3');
  });
});
