import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { named } from '../../lib/equations/numbers.ts';
import { adjointNamed, backThroughTime } from '../../lib/equations/through-time.ts';
import { readReview } from '../../lib/runs/reading.ts';
import { cellJacobian } from './jacobian.ts';
import { lstm } from './lstm.ts';
import { idsOf } from './network.ts';
import { sentence } from './sentences.ts';

type Table = Record<string, number[][]>;
/** PyTorch's float64 figures: scripts/reference/lstm-lesson.py. Values and gradients are [steps][units] by name. */
const states = JSON.parse(readFileSync(new URL('./states.json', import.meta.url), 'utf8')) as Record<
  string,
  { values: Table; gradients: Table; odds: number[]; jacobian: { step: number; matrix: number[][] } }
>;

/** The largest difference, as a share of the largest number. */
function distance(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const bound = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, k) => Math.abs(value - (actual[k] ?? Number.NaN)))) / bound;
}

describe.each(Object.entries(states))('the shipped LSTM reads “%s” as PyTorch does', (id, expected) => {
  const reading = readReview(lstm.model, idsOf(lstm, sentence(id)));
  const flat = (pick: (step: number) => ArrayLike<number>) =>
    reading.recording.steps.flatMap((_, step) => Array.from(pick(step)));

  it.each(Object.keys(expected.values))('%s at every word, in float64', (name) => {
    const actual = flat((step) => named(reading.recording, step, name));
    expect(distance(actual, expected.values[name]?.flat() ?? [])).toBeLessThan(1e-12);
  });

  it('the log-odds after every word', () => {
    expect(distance([...reading.logits], expected.odds)).toBeLessThan(1e-12);
  });

  it('∂c′/∂c by all ways', () => {
    const { step, matrix } = expected.jacobian;
    const { whole } = cellJacobian(reading.recording, lstm.model.parameters, step);
    expect(distance(whole.flat(), matrix.flat())).toBeLessThan(1e-12);
  });

  it.each(Object.keys(expected.gradients))('the gradient of the log-odds at %s', (name) => {
    const last = reading.recording.steps.length - 1;
    const seeds = reading.recording.steps.map((_, step) =>
      step === last ? lstm.model.head.weights : undefined,
    );
    const back = backThroughTime(reading.recording, seeds);
    const actual = flat((step) => adjointNamed(back, step, name));
    expect(distance(actual, expected.gradients[name]?.flat() ?? [])).toBeLessThan(1e-11);
  });
});
