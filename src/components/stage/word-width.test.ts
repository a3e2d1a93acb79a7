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

test.each([
  ['wonderful', 4.83],
  ['dostoyevsky', 5.66],
  ['soundtrack', 5.24],
  ['(start)', 2.86],
])('%s is as wide as the browser measured, within a tenth of an em', (word, measured) => {
  expect(Math.abs(estimatedWidth(word) - measured)).toBeLessThan(0.1);
});
