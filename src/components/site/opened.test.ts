import { expect, test } from 'vitest';
import type { TrainedModel } from '../../lib/engine/model.ts';
import { open } from './opened.ts';

/** W is the identity, so h' = x: the verdict after a word is its vector times the head. */
const model: TrainedModel = {
  equations: "h' = W x",
  sizes: { input: 2, units: 2 },
  parameters: new Map([['W', Float32Array.of(1, 0, 0, 1)]]),
  embedding: Float32Array.of(0, 0, 1, 0, -2, 3),
  vocabulary: 3,
  tokens: 80,
  head: { weights: Float32Array.of(1, 2), bias: 0.5 },
};

test('pushes sum from the bias to the verdict, and the printed unit carried most of the word', () => {
  const opened = open(model, ['start', 'a', 'b'], [0, 1, 2], 'b');
  expect(opened.pushes).toEqual([0, 1, 3]);
  expect(opened.positive[2]).toBeCloseTo(1 / (1 + Math.exp(-4.5)), 12);
  // From (1, 0) to (-2, 3): -3 through unit 0, +6 through unit 1.
  expect(opened).toMatchObject({ word: 2, unit: 1, values: ["h'"] });
});

test('a word that isn’t there is said', () => {
  expect(() => open(model, ['start', 'a'], [0, 1], 'c')).toThrow('“c” is not among the words');
});
