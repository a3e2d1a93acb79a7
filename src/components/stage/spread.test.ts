import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spread } from './spread.ts';

const ROW = 800;
const GAP = 10;

test('labels keep their order, their distance and the row', () => {
  const label = fc.record({
    middle: fc.double({ min: 0, max: ROW, noNaN: true }),
    width: fc.double({ min: 20, max: 160, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 9 }), (unsorted) => {
      const labels = unsorted.toSorted((a, b) => a.middle - b.middle);
      const needed = labels.reduce((sum, { width }) => sum + width + GAP, -GAP);
      const middles = spread(labels, ROW, GAP);
      expect(middles === undefined).toBe(needed > ROW);
      if (middles === undefined) return;
      const ends = labels.map(({ width }, k) => {
        const middle = middles[k] ?? Number.NaN;
        return [middle - width / 2, middle + width / 2] as const;
      });
      expect(ends[0]?.[0]).toBeGreaterThanOrEqual(-1e-9);
      expect(ends.at(-1)?.[1]).toBeLessThanOrEqual(ROW + 1e-9);
      for (const [k, [left]] of ends.entries())
        if (k > 0) expect(left - (ends[k - 1]?.[1] ?? Number.NaN)).toBeGreaterThanOrEqual(GAP - 1e-9);
    }),
  );
});

test('labels that have room stay where they wish', () => {
  const labels = [
    { middle: 100, width: 50 },
    { middle: 400, width: 80 },
  ];
  expect(spread(labels, ROW, GAP)).toEqual([100, 400]);
});
