import { plot } from '@observablehq/plot';
import { expect, test } from 'vitest';
import { plotStyle } from './plot-style.ts';

test('the text that the policy lets in is the one that a chart brings', () => {
  const chart = plot({ document });
  expect(chart.querySelector('style')?.textContent).toBe(plotStyle());
});
