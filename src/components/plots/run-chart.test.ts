import { plot } from '@observablehq/plot';
import { describe, expect, test } from 'vitest';
import { accuracyChart } from './accuracy.ts';
import { bestEpoch, type Curves, lastEpoch } from './curves.ts';
import { spread } from './end-labels.ts';
import { epochTicks, FRAME, lossRange } from './frame.ts';
import { lossChart } from './loss.ts';
import { smooth } from './smooth.ts';

const words = {
  validation: 'validation',
  training: 'training',
  batches: 'batches',
  leastLoss: (epoch: number, value: string) => `epoch ${epoch} (least loss): ${value}`,
  now: 'now',
  stopped: 'stopped',
  label: 'a chart',
};
const score = (loss: number, accuracy: number) => ({ loss, accuracy, reviews: 100 });
const epochs = [
  { epoch: 1, training: score(0.6, 0.7), validation: score(0.5, 0.76) },
  { epoch: 2, training: score(0.4, 0.82), validation: score(0.45, 0.8) },
  { epoch: 3, training: score(0.2, 0.95), validation: score(0.55, 0.79) },
];
const run = (change: Partial<Curves> = {}): Curves => ({
  epochs: 4,
  batchesAnEpoch: 10,
  batches: Array.from({ length: 30 }, (_, k) => ({ step: k + 1, loss: 0.7 - k / 60 })),
  scores: epochs,
  step: 30,
  state: 'stopped',
  ...change,
});
const texts = (chart: Element) =>
  [...chart.querySelectorAll('text')].map((element) => element.textContent).filter((text) => text !== '');
const draw = (curves: Curves, chart = lossChart, width = 500) =>
  plot({ ...chart(curves, words, width), document });

describe('a run’s charts', () => {
  test('name the lines with their last values, the best epoch and the stop', () => {
    const found = texts(draw(run()));
    expect(found).toContain('validation 0.55');
    expect(found).toContain('training 0.20');
    expect(found).toContain('epoch 2 (least loss): 0.45');
    expect(found).toContain('stopped');
    expect(texts(draw(run(), accuracyChart))).toContain('epoch 2 (least loss): 0.80');
  });

  test('while running say now', () => {
    const found = texts(draw(run({ state: 'running', step: 34 })));
    expect(found).toContain('now');
    expect(found).not.toContain('stopped');
    expect(found).toContain('epoch 2 (least loss): 0.45');
  });

  test('finished have neither rule', () => {
    const found = texts(draw(run({ state: 'finished', step: 40 })));
    expect(found).not.toContain('now');
    expect(found).not.toContain('stopped');
  });

  test('before a run have their axes alone', () => {
    const planned = run({ batches: [], scores: [], step: 0, state: 'planned' });
    expect(texts(draw(planned))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1', '2', '3', '4']);
    expect(texts(draw(planned, accuracyChart))).toContain('0.5');
  });

  test('before the first epoch’s end name the batches', () => {
    const batches = run().batches.slice(0, 7);
    expect(texts(draw(run({ scores: [], batches, step: 7, state: 'running' })))).toContain('batches 0.60');
  });

  test('an accuracy below guessing is printed as it is and drawn on the edge', () => {
    const low = run({ scores: [{ epoch: 1, training: score(0.7, 0.48), validation: score(0.7, 0.47) }] });
    expect(texts(draw(low, accuracyChart))).toContain('validation 0.47');
  });

  test('a loss that is no number breaks the line and nothing else', () => {
    const broken = run({
      batches: [
        { step: 1, loss: 0.7 },
        { step: 2, loss: Number.NaN },
        { step: 3, loss: 0.6 },
      ],
    });
    const chart = draw(broken);
    expect(chart.outerHTML).not.toContain('NaN');
  });

  test.each([358, 500])('keep the labels above the frame inside the chart and apart, %i wide', (width) => {
    for (const least of [1, 2, 3]) {
      const scores = epochs.map((each) => ({
        ...each,
        validation: score(each.epoch === least ? 0.4 : 0.5, 0.8),
      }));
      const labels = [...draw(run({ scores }), accuracyChart, width).querySelectorAll('text')];
      const place = (found: RegExp) => {
        const label = labels.find(({ textContent }) => found.test(textContent ?? ''));
        const at =
          label
            ?.getAttribute('transform')
            ?.match(/[-\d.]+/g)
            ?.map(Number) ?? [];
        const group =
          label?.parentElement
            ?.getAttribute('transform')
            ?.match(/[-\d.]+/g)
            ?.map(Number) ?? [];
        return { x: (at[0] ?? 0) + (group[0] ?? 0), y: (at[1] ?? 0) + (group[1] ?? 0) };
      };
      const best = place(/least loss/);
      const half = ('epoch 2 (least loss): 0.80'.length * 6) / 2;
      expect(best.x - half).toBeGreaterThan(0);
      expect(best.x + half).toBeLessThan(width);
      expect(place(/stopped/).y - best.y).toBeGreaterThanOrEqual(13);
    }
  });

  test('have the width asked for and the frame’s height, and are named', () => {
    const chart = draw(run(), lossChart, 358);
    expect(chart.getAttribute('width')).toBe('358');
    expect(chart.getAttribute('height')).toBe(String(FRAME.height));
    expect(chart.getAttribute('aria-label')).toBe('a chart');
  });
});

test('the best epoch is the one with the least validation loss, the first of equals', () => {
  expect(bestEpoch(run())?.epoch).toBe(2);
  expect(bestEpoch(run({ scores: [] }))).toBeUndefined();
  const equal = epochs.map((each) => ({ ...each, validation: score(0.5, 0.8) }));
  expect(bestEpoch(run({ scores: equal }))?.epoch).toBe(1);
});

test('x ends with a short plan, and grows by twos with a long one', () => {
  expect(lastEpoch(run())).toBe(4);
  const long = (step: number) => lastEpoch(run({ epochs: 20, step }));
  expect([0, 55, 60, 79, 80, 195, 200].map(long)).toEqual([6, 6, 8, 8, 10, 20, 20]);
});

test('ticks are whole epochs, at most ten', () => {
  expect(epochTicks(4)).toEqual([1, 2, 3, 4]);
  expect(epochTicks(12)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(epochTicks(50)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
});

test('the loss axis holds guessing, grows with a loss and stays round', () => {
  expect(lossRange([0.3])).toEqual({ most: 0.8, ticks: [0, 0.2, 0.4, 0.6, 0.8] });
  expect(lossRange([1.7]).most).toBe(2);
  expect(lossRange([Number.NaN, Number.POSITIVE_INFINITY]).most).toBe(0.8);
});

describe('labels at lines’ ends', () => {
  test('far apart stay at their lines', () => expect(spread([50, 100], 0, 200)).toEqual([50, 100]));
  test('close together part around their middle, in order', () => {
    expect(spread([100, 104], 0, 200)).toEqual([93.5, 110.5]);
    expect(spread([104, 100], 0, 200)).toEqual([110.5, 93.5]);
  });
  test('stay inside the chart', () => {
    expect(spread([2, 3], 5, 200)).toEqual([5, 22]);
    expect(spread([199, 200], 0, 200)).toEqual([183, 200]);
  });
});

describe('smoothing', () => {
  const points = [1, 3, 5, 7].map((loss, k) => ({ step: k, loss }));
  test('is the mean of the last points', () =>
    expect(smooth(points, 2, 100).map(({ loss }) => loss)).toEqual([1, 2, 4, 6]));
  test('over one point changes nothing', () => expect(smooth(points, 0.3, 100)).toEqual(points));
  test('thins, and keeps the last', () => {
    const many = Array.from({ length: 1001 }, (_, step) => ({ step, loss: 1 }));
    const kept = smooth(many, 1, 400);
    expect(kept.length).toBeLessThanOrEqual(400);
    expect(kept.at(-1)?.step).toBe(1000);
  });
});
