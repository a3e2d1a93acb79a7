import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centred, clampStart, follow, WHOLE, WINDOW, windowSize } from './window.ts';

test('a short review is shown whole', () => {
  for (let words = 1; words <= WHOLE; words++) {
    expect(windowSize(words)).toBe(words);
    expect(follow(0, words - 1, words)).toBe(0);
  }
  expect(windowSize(WHOLE + 1)).toBe(WINDOW);
});

test('after any move now is in the window and the window in the review', () => {
  const moves = fc.record({
    words: fc.integer({ min: 1, max: 256 }),
    start: fc.integer({ min: -5, max: 300 }),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  fc.assert(
    fc.property(moves, ({ words, start, at }) => {
      const word = Math.floor(at * words);
      for (const next of [follow(clampStart(start, words), word, words), centred(word, words)]) {
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next + windowSize(words)).toBeLessThanOrEqual(words);
        expect(word).toBeGreaterThanOrEqual(next);
        expect(word).toBeLessThan(next + windowSize(words));
      }
    }),
  );
});

test('a step past the edge takes the window along by one, a jump centres', () => {
  expect(follow(20, 32, 160)).toBe(21);
  expect(follow(20, 19, 160)).toBe(19);
  expect(follow(20, 25, 160)).toBe(20);
  expect(follow(20, 100, 160)).toBe(94);
});
