import { describe, expect, it } from 'vitest';
import { kept } from './dropout.ts';

describe('what dropout keeps', () => {
  it('follows from seed and step alone', () => {
    expect(kept(50, 0.5, 3, 9)).toEqual(kept(50, 0.5, 3, 9));
    expect(kept(50, 0.5, 3, 9)).not.toEqual(kept(50, 0.5, 3, 10));
    expect(kept(50, 0.5, 3, 9)).not.toEqual(kept(50, 0.5, 4, 9));
  });

  it.each([0.1, 0.5, 0.9])('drops a share of %f and keeps the mean', (rate) => {
    const size = 20_000;
    const mask = kept(size, rate, 1, 1);
    const dropped = mask.filter((share) => share === 0).length / size;
    // Five standard deviations of a share of so many.
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / size));
    expect(mask.reduce((sum, share) => sum + share, 0) / size).toBeCloseTo(1, 1);
    expect(new Set(mask).size).toBe(2);
  });
});
