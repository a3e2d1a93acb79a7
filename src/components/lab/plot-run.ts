import { plot } from '@observablehq/plot';
import { accuracyChart } from '../plots/accuracy.ts';
import type { Curves } from '../plots/curves.ts';
import { lossChart } from '../plots/loss.ts';
import type { ChartWords } from '../plots/run-chart.ts';

const CHARTS = { loss: lossChart, accuracy: accuracyChart } as const;

/** Draws one of a run's charts. A module of its own, so that Plot is fetched only when a run has begun. */
export function plotRun(
  chart: keyof typeof CHARTS,
  curves: Curves,
  words: ChartWords & { readonly label: string },
  width: number,
): Element {
  return plot(CHARTS[chart](curves, words, width));
}
