import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heat, symmetricBound } from './scale.ts';

test('a bound holds every finite number and is never far above the largest', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6 }), { minLength: 1 }), (numbers) => {
      const largest = Math.max(...numbers.map(Math.abs));
      fc.pre(largest > 1e-5);
      const bound = symmetricBound([...numbers, Number.NaN, Number.POSITIVE_INFINITY]);
      expect(bound).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
      expect(bound).toBeLessThanOrEqual(largest * 1.5);
    }),
  );
});

test('bounds are round', () => {
  expect(symmetricBound([0.56, -0.31])).toBe(0.6);
  expect(symmetricBound([1])).toBe(1);
  expect(symmetricBound([1.01])).toBe(1.2);
  expect(symmetricBound([])).toBe(1);
  expect(symmetricBound([0])).toBe(1);
});

test('colours are symmetric about the middle stop and end with the scale', () => {
  expect(heat(0, 1)).toBe('var(--d4)');
  expect(heat(1, 1)).toBe('var(--d8)');
  expect(heat(-1, 1)).toBe('var(--d0)');
  expect(heat(9, 1)).toBe('var(--d8)');
  expect(heat(Number.NEGATIVE_INFINITY, 1)).toBe('var(--d0)');
  expect(heat(0.3, 0.6)).toBe('var(--d6)');
  expect(heat(0.1, 1)).toBe('color-mix(in oklab, var(--d5) 40%, var(--d4))');
});

test('what is no number has no colour', () => {
  expect(heat(Number.NaN, 1)).toBeUndefined();
});
