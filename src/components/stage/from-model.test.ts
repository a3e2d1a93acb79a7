import { expect, test } from 'vitest';
import { cells } from '../../lib/cells/index.ts';
import { lstm } from '../../lib/cells/lstm.ts';
import type { TrainedModel } from '../../lib/engine/model.ts';
import { elements } from '../../lib/equations/graph.ts';
import { parse } from '../../lib/equations/parse.ts';
import { readReview } from '../../lib/runs/reading.ts';
import { subjectFrom } from './from-model.ts';
import { randomSubject } from './random-subject.ts';
import { readSubject } from './reading.ts';

const sizes = { input: 3, units: 4 };
const wave = (length: number, from: number) =>
  Float32Array.from({ length }, (_, k) => Math.sin(from + k * 1.7));
const model: TrainedModel = {
  equations: lstm.equations,
  sizes,
  parameters: new Map(
    parse(lstm.equations).parameters.map(({ name, shape }, k) => [name, wave(elements(shape, sizes), k)]),
  ),
  embedding: wave(10 * sizes.input, 0.3),
  vocabulary: 10,
  tokens: 80,
  head: { weights: wave(sizes.units, 0.9), bias: -0.2 },
};
const nothing = { statements: [], symbols: [] };

test('the stage reads a review as the model does', () => {
  const ids = [1, 7, 2, 9];
  const subject = subjectFrom(
    model,
    ['(start)', 'a', 'b', 'c'],
    ids,
    lstm,
    nothing,
    'trained on 2,000 reviews',
  );
  const { verdict } = readSubject(subject);
  const { logits } = readReview(model, ids);
  // The head's bias stays a double; everything else was float32 before it was packed.
  expect(verdict.logOdds).toEqual([...logits]);
});

test('a word without an id, or an id without a vector, is refused', () => {
  expect(() => subjectFrom(model, ['a'], [1, 2], lstm, nothing, '')).toThrow(/1 words were given with 2 ids/);
  expect(() => subjectFrom(model, ['a'], [10], lstm, nothing, '')).toThrow(
    /id 10, but this model knows ids 0 to 9/,
  );
});

test('equations that do not parse say where', () => {
  const broken = { ...model, equations: "h' = tanh(Wh x" };
  expect(() => subjectFrom(broken, ['a'], [1], lstm, nothing, '')).toThrow(/line 1, column \d+: met/);
});

test.each(cells)('$name reads the same after its subject has travelled as JSON', (cell) => {
  const subject = randomSubject(cell, { units: 4, input: 3 });
  const arrived = readSubject(JSON.parse(JSON.stringify(subject)));
  const sent = readSubject(subject);
  expect(arrived.verdict).toEqual(sent.verdict);
  expect(arrived.symbols).toEqual(sent.symbols);
});
