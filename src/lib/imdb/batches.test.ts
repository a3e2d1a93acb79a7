import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, batchOf, epochOrder } from './batches.ts';
import type { Reviews } from './format.ts';

describe('the order of an epoch', () => {
  it('goes through every review once, the same way for the same seed and epoch', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 1, max: 50 }),
        (count, seed, epoch) => {
          const order = epochOrder(count, seed, epoch);
          expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
          expect(epochOrder(count, seed, epoch)).toEqual(order);
        },
      ),
    );
  });

  it('differs between epochs and between seeds', () => {
    const orders = [1, 2, 7, 0xffff_ffff].flatMap((seed) =>
      [1, 2, 3, 4].map((epoch) => epochOrder(100, seed, epoch).join(' ')),
    );
    expect(new Set(orders).size).toBe(orders.length);
  });

  it('is fair: each review comes first about equally often', () => {
    const times = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 5_000; seed += 1) {
      const first = epochOrder(5, seed, 1)[0] ?? 0;
      times[first] = (times[first] ?? 0) + 1;
    }
    // 1,000 each on average; five standard deviations of a fair draw are 141.
    for (const count of times) expect(Math.abs(count - 1_000)).toBeLessThan(141);
  });

  it('is cut into batches that leave nothing out', () => {
    const order = epochOrder(10, 7, 1);
    const batches = batchesOf(order, 4);
    expect(batches.map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(batches.flatMap((batch) => [...batch])).toEqual([...order]);
  });
});

describe('a batch', () => {
  const reviews: Reviews = {
    ids: Uint16Array.of(1, 5, 60, 7, /* the next */ 1, 8, /* the last */ 9, 10, 11, 12, 13),
    starts: Uint32Array.of(0, 4, 6, 11),
    labels: Uint8Array.of(1, 0, 1),
  };

  it('holds the reviews in the order asked for, padded on the left', () => {
    const batch = batchOf(reviews, [1, 0, 2], { tokens: 4, vocabulary: 50 });
    expect(batch).toEqual({
      size: 3,
      tokens: 4,
      ids: Int32Array.of(0, 0, 1, 8, 1, 5, 2, 7, 10, 11, 12, 13),
      mask: Float32Array.of(0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
      lengths: Int32Array.of(2, 4, 4),
      labels: Float32Array.of(0, 1, 1),
    });
  });

  it('or on the right', () => {
    const batch = batchOf(reviews, [1], { tokens: 4, vocabulary: 50 }, 'right');
    expect([...batch.ids]).toEqual([1, 8, 0, 0]);
    expect([...batch.mask]).toEqual([1, 1, 0, 0]);
  });

  it('may be empty, and refuses a review that is not there', () => {
    expect(batchOf(reviews, [], { tokens: 4, vocabulary: 50 }).ids.length).toBe(0);
    expect(() => batchOf(reviews, [3], { tokens: 4, vocabulary: 50 })).toThrow('Review 3 of 3');
  });
});
