import { expect, test } from 'vitest';
import { cells } from '../../lib/cells/index.ts';
import { randomSubject } from './random-subject.ts';
import { readSubject } from './reading.ts';
import { byWeight } from './verdict.ts';

test.each(cells.map((cell) => [cell.id, cell] as const))('%s: pushes sum to the verdict', (_, cell) => {
  const { verdict } = readSubject(randomSubject(cell));
  const total = verdict.pushes.reduce((sum, push) => sum + push, verdict.start);
  expect(total).toBeCloseTo(verdict.logOdds.at(-1) ?? Number.NaN, 12);
});

test('the verdict is the head over the output, as a probability', () => {
  const subject = randomSubject(
    { name: 'one', equations: "h' = 0.5 * h + Wh x", roles: {} },
    { units: 1, input: 1, words: ['a'] },
  );
  const { verdict, recording } = readSubject({ ...subject, head: { ...subject.head, bias: 0.25 } });
  const [step] = recording.steps;
  const h = step?.after.get('h')?.[0] ?? Number.NaN;
  const [odds = Number.NaN] = verdict.logOdds;
  const weight = (odds - 0.25) / h;
  expect(Number.isFinite(weight)).toBe(true);
  expect(verdict.positive[0]).toBeCloseTo(1 / (1 + Math.exp(-odds)), 14);
  expect(verdict.start).toBe(0.25);
});

test('words by weight: the largest push first, whichever its sign', () => {
  const verdict = { logOdds: [], positive: [], pushes: [0.1, -0.5, 0.3, 0.5], start: 0 };
  expect(byWeight(verdict)).toEqual([1, 3, 2, 0]);
});
