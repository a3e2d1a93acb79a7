import { expect, it } from 'vitest';
import { decadeName, logScale } from './log-scale.ts';

it('ends at whole powers of ten and is even in the logarithm', () => {
  const scale = logScale([0.02, 3], 300, 0);
  expect(scale.decades).toEqual([-2, -1, 0, 1]);
  expect(scale.at(0.01)).toBeCloseTo(300);
  expect(scale.at(10)).toBeCloseTo(0);
  expect(scale.at(1)).toBeCloseTo(100);
});

it('leaves out what has no logarithm, and says when nothing is left', () => {
  expect(logScale([0, 1, 10], 0, 1).decades).toEqual([0, 1]);
  expect(() => logScale([0], 0, 1)).toThrow(/above 0/);
});

it('names the powers as shares', () => {
  expect([-6, -2, 0, 1].map(decadeName)).toEqual(['1/1,000,000', '1/100', '1', '10']);
});
