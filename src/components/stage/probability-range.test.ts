import fc from 'fast-check';
import { expect, test } from 'vitest';
import { probabilityRange } from './probability-range.ts';

test('holds what it is given, within 0 to 1, at least three tenths wide', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (numbers) => {
      const { low, high } = probabilityRange(numbers);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high - low).toBeGreaterThan(0.29);
      expect(low).toBeLessThanOrEqual(Math.min(...numbers) + 1e-8);
      expect(high).toBeGreaterThanOrEqual(Math.max(...numbers) - 1e-8);
    }),
  );
});

test('without a finite number it is everything', () => {
  expect(probabilityRange([Number.NaN])).toEqual({ low: 0, high: 1 });
});
