import type { PlotOptions } from '@observablehq/plot';
import { type Curves, epochOf } from './curves.ts';
import { lossRange } from './frame.ts';
import { type ChartWords, runChart } from './run-chart.ts';
import { smooth } from './smooth.ts';

/** Mean cross-entropy (natural log) of training, validation and single batches over a run's epochs. */
export function lossChart(
  curves: Curves,
  words: ChartWords & { readonly label: string },
  width: number,
): PlotOptions {
  const inAnEpoch = curves.batches.filter(({ step }) => step <= curves.batchesAnEpoch).length;
  const batches = smooth(curves.batches, inAnEpoch / 10, 400).map(({ step, loss }) => ({
    x: epochOf(curves, step),
    y: loss,
  }));
  const { most, ticks } = lossRange([
    ...batches.map(({ y }) => y),
    ...curves.scores.flatMap(({ training, validation }) => [training.loss, validation.loss]),
  ]);
  const measure = {
    value: ({ loss }: { readonly loss: number }) => loss,
    print: (loss: number) => loss.toFixed(2),
    least: 0,
    most,
    ticks,
    batches,
    label: words.label,
  };
  return runChart(curves, measure, words, width);
}
