import { expect, test } from 'vitest';
import { decimalsFor, format, rounded, signed } from './precision.ts';

test('prints a real minus, never a negative zero', () => {
  expect(format(-0.25, 3)).toBe('\u22120.250');
  expect(format(-0.0001, 3)).toBe('0.000');
  expect(format(-0, 2)).toBe('0.00');
});

test('prints what is not finite, and the very large by powers', () => {
  expect(format(Number.NaN, 3)).toBe('NaN');
  expect(format(Number.POSITIVE_INFINITY, 3)).toBe('∞');
  expect(format(Number.NEGATIVE_INFINITY, 3)).toBe('\u2212∞');
  expect(format(-12_345_678, 3)).toBe('\u22121.235 · 10⁷');
});

test('a change carries its sign', () => {
  expect(signed(0.468, 2)).toBe('+0.47');
  expect(signed(-0.124, 2)).toBe('\u22120.12');
  expect(signed(0, 2)).toBe('+0.00');
  expect(signed(Number.NaN, 2)).toBe('NaN');
});

test('what is rounded is what is printed', () => {
  for (const value of [0.1234567, -2.5e-5, 3.9999, 123.4565, 8_765_432.1])
    for (const decimals of [3, 4, 5, 6])
      expect(format(rounded(value, decimals), decimals)).toBe(format(value, decimals));
});

test('a small number gets the decimals that tell it from zero, as far as six', () => {
  expect(decimalsFor(0)).toBe(3);
  expect(decimalsFor(0.4)).toBe(3);
  expect(decimalsFor(0.00004)).toBe(5);
  expect(decimalsFor(1e-9)).toBe(6);
});
