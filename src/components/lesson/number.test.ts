import { expect, it } from 'vitest';
import { percent, print, ratio } from './number.ts';

it('groups what is large and takes a real minus', () => {
  expect(print(2112, 0)).toBe('2,112');
  expect(print(-0.268)).toBe('\u22120.27');
});

it('prints shares and ratios as the lesson reads them', () => {
  expect(percent(0.863)).toBe('86.3 %');
  expect(ratio(1 / 33)).toBe('1/33');
  expect(ratio(1 / 2.5)).toBe('1/2.5');
  expect(ratio(1.547)).toBe('1.55');
  expect(ratio(0.9)).toBe('0.90');
});
