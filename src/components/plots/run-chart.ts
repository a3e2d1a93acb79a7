import {
  axisX,
  axisY,
  dot,
  gridY,
  line,
  type Markish,
  type PlotOptions,
  ruleX,
  text,
} from '@observablehq/plot';
import { bestEpoch, type Curves, epochOf, lastEpoch } from './curves.ts';
import { spread } from './end-labels.ts';
import { epochTicks, FRAME } from './frame.ts';

/** The words that a chart prints; the island brings them in the reader's language. */
export interface ChartWords {
  readonly validation: string;
  readonly training: string;
  readonly batches: string;
  /** The epoch of the least validation loss, and what this chart measures there. */
  readonly leastLoss: (epoch: number, value: string) => string;
  readonly now: string;
  readonly stopped: string;
}

/** What a chart shows of a run: one measure of each epoch, in training and validation. */
export interface Measure {
  readonly value: (score: { readonly loss: number; readonly accuracy: number }) => number;
  readonly print: (value: number) => string;
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
  /** The thin line of batches, in epochs and in the measure's unit; empty for a measure without one. */
  readonly batches: readonly { readonly x: number; readonly y: number }[];
  /** What the chart is, to who doesn't see it. */
  readonly label: string;
}

/** A value at an epoch; `y` is the value kept inside the chart. */
interface Point {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Weights and inks of LOOK's chart grammar. */
const HELD_OUT = { stroke: 'var(--ink)', strokeWidth: 2 } as const;
const TRAINING = { stroke: 'var(--mark)', strokeWidth: 2 } as const;
const BATCH = { stroke: 'var(--mark)', strokeWidth: 0.9 } as const;

/** Height of a row of text above the frame, which holds two: the best epoch's above, now or the stop below. */
const ROW = 15;
/** Of a letter of the labels, generously, in pixels: where a label stands is decided before it is drawn. */
const LETTER = 6.8;

/**
 * A run's chart: training and validation over epochs, the epoch of the least validation loss marked, now or the stop as a
 * rule, the lines named at their ends.
 */
export function runChart(curves: Curves, measure: Measure, words: ChartWords, width: number): PlotOptions {
  const { value, least, most } = measure;
  const last = lastEpoch(curves);
  const within = (y: number) => Math.max(least, Math.min(most, y));
  const point = (epoch: number, measured: number): Point => ({
    x: epoch,
    y: within(measured),
    value: measured,
  });
  const training = curves.scores.map(({ epoch, training }) => point(epoch, value(training)));
  const validation = curves.scores.map(({ epoch, validation }) => point(epoch, value(validation)));
  const batches = measure.batches.map(({ x, y }) => point(x, y));
  const best = bestEpoch(curves);
  const x = epochOf(curves, curves.step);

  const marks: Markish[] = [
    gridY([...measure.ticks], { stroke: 'var(--line)', strokeOpacity: 1 }),
    axisY([...measure.ticks], { tickSize: 0, label: null, fill: 'var(--ink-2)', tickFormat: (y) => tick(y) }),
    axisX(epochTicks(last), {
      tickSize: 4,
      label: null,
      stroke: 'var(--line-2)',
      fill: 'var(--ink-2)',
      tickFormat: (epoch: number) => String(epoch),
    }),
    line(batches, { x: 'x', y: 'y', ...BATCH }),
    ...ruleOf(curves, x, words),
    ...bestOf(best, curves, measure, words, width),
    line(training, { x: 'x', y: 'y', ...TRAINING }),
    dot(training, { x: 'x', y: 'y', r: 2.5, fill: 'var(--mark)' }),
    line(validation, { x: 'x', y: 'y', ...HELD_OUT }),
    dot(validation, {
      x: 'x',
      y: 'y',
      r: 4,
      stroke: 'var(--ink)',
      strokeWidth: 2,
      fill: (point: { x: number }) => (point.x === best?.epoch ? 'var(--ink)' : 'var(--page)'),
    }),
    ...endLabels(curves, measure, words, { last, training, validation, batches }),
  ];
  return {
    width,
    height: FRAME.height,
    marginTop: FRAME.top,
    marginRight: FRAME.right,
    marginBottom: FRAME.bottom,
    marginLeft: FRAME.left,
    ariaLabel: measure.label,
    style: { fontFamily: 'var(--sans)', fontSize: '13px', overflow: 'visible' },
    x: { domain: [0, last], label: null },
    y: { domain: [least, most], label: null },
    // A colour is a colour here, never a value to be scaled.
    color: { type: 'identity' },
    marks,
  };
}

/** As few decimals as the ticks have. */
const tick = (y: number): string => (y === 0 ? '0' : y < 10 ? y.toFixed(1) : String(y));

function ruleOf(curves: Curves, x: number, words: ChartWords): Markish[] {
  if (curves.step === 0 || curves.state === 'planned' || curves.state === 'finished') return [];
  const [stroke, word] =
    curves.state === 'running' ? ['var(--now-edge)', words.now] : ['var(--ink)', words.stopped];
  return [
    ruleX([x], { stroke, strokeWidth: 2 }),
    text([x], {
      x: (at: number) => at,
      text: [word],
      frameAnchor: 'top',
      dx: 3,
      dy: -8,
      lineAnchor: 'bottom',
      textAnchor: 'start',
      fontWeight: 600,
      fill: stroke,
    }),
  ];
}

function bestOf(
  best: ReturnType<typeof bestEpoch>,
  curves: Curves,
  measure: Measure,
  words: ChartWords,
  width: number,
): Markish[] {
  // One epoch is not yet a best one.
  if (best === undefined || curves.scores.length < 2) return [];
  const label = words.leastLoss(best.epoch, measure.print(measure.value(best.validation)));
  // Above its rule, moved so far that it ends inside the chart.
  const inner = width - FRAME.left - FRAME.right;
  const rule = FRAME.left + (inner * best.epoch) / lastEpoch(curves);
  const half = (label.length * LETTER) / 2;
  const middle = Math.max(half, Math.min(width - half, rule));
  return [
    ruleX([best.epoch], { stroke: 'var(--ink-2)', strokeDasharray: '3 4', insetTop: -ROW }),
    text([best.epoch], {
      x: (at: number) => at,
      text: [label],
      frameAnchor: 'top',
      dx: middle - rule,
      dy: -8 - ROW,
      lineAnchor: 'bottom',
      textAnchor: 'middle',
      fill: 'var(--ink-2)',
    }),
  ];
}

interface Lines {
  readonly last: number;
  readonly training: readonly Point[];
  readonly validation: readonly Point[];
  readonly batches: readonly Point[];
}

function endLabels(
  curves: Curves,
  { print, least, most }: Measure,
  words: ChartWords,
  { last, training, validation, batches }: Lines,
): Markish[] {
  // Once the epochs' means tell the training loss, the batches need no name of their own.
  const batch = training.length === 0 ? batches.at(-1) : undefined;
  const ends = [
    { end: validation.at(-1), word: words.validation, fill: 'var(--ink)', fontWeight: 600 },
    { end: training.at(-1), word: words.training, fill: 'var(--ink-3)', fontWeight: 400 },
    { end: batch, word: words.batches, fill: 'var(--ink-3)', fontWeight: 400 },
  ].flatMap(({ end, ...label }) => (end === undefined ? [] : [{ ...label, ...end }]));
  const inner = FRAME.height - FRAME.top - FRAME.bottom;
  const pixels = ends.map(({ y }) => FRAME.top + (inner * (most - y)) / (most - least));
  const placed = spread(pixels, FRAME.top, FRAME.height - FRAME.bottom);
  // Labels stand clear of the rule at now, or at the stop.
  const x = Math.min(last, epochOf(curves, curves.step));
  return ends.map((end, k) =>
    text([end], {
      x: Math.max(x, end.x),
      y: end.y,
      dy: (placed[k] ?? 0) - (pixels[k] ?? 0),
      dx: 9,
      textAnchor: 'start',
      text: [`${end.word} ${print(end.value)}`],
      fill: end.fill,
      fontWeight: end.fontWeight,
      stroke: 'var(--page)',
      strokeWidth: 3,
    }),
  );
}
