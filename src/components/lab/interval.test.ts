import { describe, expect, test } from 'vitest';
import { wilson } from './interval.ts';

describe("Wilson's interval", () => {
  // R: prop.test(81, 263, correct = FALSE)$conf.int, the example of Newcombe (1998), table I: 0.2553 to 0.3662.
  test('agrees with Newcombe 1998, table I', () => {
    const { low, high } = wilson(81 / 263, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  // The same table: 0 of 20 is 0 to 0.1611, 1 of 29 is 0.0061 to 0.1718.
  test('stays inside at the ends', () => {
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilson(1 / 29, 29).low).toBeCloseTo(0.0061, 4);
    expect(wilson(1 / 29, 29).high).toBeCloseTo(0.1718, 4);
  });
});
