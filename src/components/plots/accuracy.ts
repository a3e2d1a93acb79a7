import type { PlotOptions } from '@observablehq/plot';
import type { Curves } from './curves.ts';
import { ACCURACY } from './frame.ts';
import { type ChartWords, runChart } from './run-chart.ts';

/** Share of the reviews read rightly, in training and validation, over a run's epochs; from guessing to always. */
export function accuracyChart(
  curves: Curves,
  words: ChartWords & { readonly label: string },
  width: number,
): PlotOptions {
  const measure = {
    value: ({ accuracy }: { readonly accuracy: number }) => accuracy,
    print: (accuracy: number) => accuracy.toFixed(2),
    least: ACCURACY.least,
    most: ACCURACY.most,
    ticks: ACCURACY.ticks,
    batches: [],
    label: words.label,
  };
  return runChart(curves, measure, words, width);
}
