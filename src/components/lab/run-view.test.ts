import { describe, expect, test } from 'vitest';
import { lstm } from '../../lib/cells/lstm.ts';
import { quickRun } from '../../lib/engine/configuration.ts';
import type { Frame } from '../../lib/engine/protocol.ts';
import { advance, begin, curvesOf, isRunning, type RunView } from './run-view.ts';

const configuration = { ...quickRun(lstm), reviews: 2_000 as const, batch: 32, epochs: 4 };
const score = { loss: 0.5, accuracy: 0.8, reviews: 100 };
const batch = (step: number, epoch: number): Frame => ({
  kind: 'batch',
  step,
  steps: 252,
  epoch,
  loss: 1 / step,
  accuracy: 0.5,
  gradientNorm: 1,
  millisecondsABatch: 5,
});
const epoch = (number: number): Frame => ({
  kind: 'epoch',
  epoch: number,
  training: score,
  validation: score,
});
const fold = (...events: Parameters<typeof advance>[1][]): RunView =>
  events.reduce(advance, begin(configuration));

describe('a run’s view', () => {
  test('walks from loading over the trial to training', () => {
    expect(fold().phase).toBe('loading');
    expect(fold({ kind: 'loading', progress: { bytes: 10, of: 20 } }).phase).toBe('loading');
    expect(fold({ kind: 'loading', progress: { bytes: 20, of: 20 } }).phase).toBe('choosing');
    const report = { chosen: 'wasm', asked: false, trials: [], trying: undefined } as const;
    expect(fold({ kind: 'engine', report }).phase).toBe('training');
  });

  test('a retry is gone as soon as bytes come again', () => {
    const retrying = fold({ kind: 'retrying', attempt: 2, seconds: 1, reason: 'offline' });
    expect(retrying).toMatchObject({ phase: 'retrying', retry: { attempt: 2 } });
    const going = advance(retrying, { kind: 'loading', progress: { bytes: 1, of: 9 } });
    expect(going).toMatchObject({ phase: 'loading', retry: undefined });
  });

  test('after a restart the batches that are done again replace the old ones', () => {
    const view = fold(batch(10, 1), batch(63, 1), epoch(1), batch(80, 2), {
      kind: 'restarted',
      at: 80,
      from: 10,
      why: 'silent',
    });
    expect(view.phase).toBe('choosing');
    const again = advance(view, batch(20, 1));
    expect(again.batches.map(({ step }) => step)).toEqual([10, 20]);
    expect(again.scores).toEqual([]);
  });

  test('an epoch that is reported twice stands once', () => {
    expect(fold(epoch(1), epoch(2), epoch(2)).scores).toHaveLength(2);
  });

  test('stopping holds through late reports until the outcome', () => {
    const view = fold(batch(10, 1), { kind: 'stopping' }, batch(11, 1));
    expect(view).toMatchObject({ phase: 'stopping', step: 11 });
    expect(isRunning(view)).toBe(true);
    const ended = advance(view, { kind: 'outcome', outcome: { kind: 'stopped', step: 11, test: score } });
    expect(ended.phase).toBe('ended');
    expect(curvesOf(ended)).toMatchObject({ state: 'stopped', batchesAnEpoch: 63, step: 11 });
  });

  test('a failure ends it and keeps the curve', () => {
    const view = fold(batch(10, 1), { kind: 'failed', message: 'no engine' });
    expect(isRunning(view)).toBe(false);
    expect(curvesOf(view).batches).toHaveLength(1);
  });

  test('before the first report an epoch’s batches follow from the run', () => {
    expect(curvesOf(fold()).batchesAnEpoch).toBe(63);
  });
});
