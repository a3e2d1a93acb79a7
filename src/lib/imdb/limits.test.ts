import { describe, expect, it } from 'vitest';
import { limit, pad } from './limits.ts';

describe('limits', () => {
  const review = Uint16Array.of(1, 9, 50, 3, 2, 70);

  it('keep the last tokens, START only with the whole review', () => {
    expect([...limit(review, { tokens: 6, vocabulary: 100 })]).toEqual([1, 9, 50, 3, 2, 70]);
    expect([...limit(review, { tokens: 5, vocabulary: 100 })]).toEqual([9, 50, 3, 2, 70]);
    expect([...limit(review, { tokens: 1, vocabulary: 100 })]).toEqual([70]);
    expect([...limit(review, { tokens: 99, vocabulary: 100 })]).toEqual([...review]);
  });

  it('turn ids from the cut on into OUT_OF_VOCABULARY', () => {
    expect([...limit(review, { tokens: 6, vocabulary: 50 })]).toEqual([1, 9, 2, 3, 2, 2]);
  });

  it('leave the review as it was', () => {
    limit(review, { tokens: 2, vocabulary: 4 });
    expect([...review]).toEqual([1, 9, 50, 3, 2, 70]);
  });

  it('pad on either side', () => {
    expect([...pad([5, 6], 4)]).toEqual([0, 0, 5, 6]);
    expect([...pad([5, 6], 4, 'right')]).toEqual([5, 6, 0, 0]);
    expect([...pad([5, 6], 2)]).toEqual([5, 6]);
    expect(() => pad([5, 6], 1)).toThrow("A row of 1 columns can't hold 2 tokens");
  });
});
