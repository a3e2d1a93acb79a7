import { expect, test } from 'vitest';
import { estimatedWidth, turnedIn } from './word-width.ts';

test('fourteen words of ordinary length stand upright on a wide stage', () => {
  expect(turnedIn(estimatedWidth('wonderful'), 14)).not.toContain('wide');
  expect(turnedIn(estimatedWidth('expected'), 14)).not.toContain('wide');
});

test('a word too wide for its column turns', () => {
  expect(turnedIn(estimatedWidth('cinematographically'), 12)).toEqual(['wide', 'middle', 'small', 'phone']);
  expect(turnedIn(estimatedWidth('wonderful'), 13)).toEqual(['middle', 'small', 'phone']);
  expect(turnedIn(estimatedWidth('a'), 14)).toEqual([]);
});

test('a Chinese character is a full em wide', () => {
  expect(estimatedWidth('电影')).toBe(2);
});

test('the estimate is near what the browser measured', () => {
  expect(estimatedWidth('wonderful')).toBeCloseTo(4.83, 1);
  expect(estimatedWidth('dostoyevsky')).toBeCloseTo(5.66, 1);
  expect(estimatedWidth('(start)')).toBeCloseTo(2.86, 0);
});
