import { describe, expect, it } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import { architectureOf } from './classifier-architecture.ts';
import { type Configuration, quickRun } from './configuration.ts';
import { culpritIn } from './culprit.ts';
import { initialWeights } from './initial-weights.ts';

const SMALL: Configuration = {
  ...quickRun(lstm),
  units: 2,
  embedding: 2,
  vocabulary: 100,
  batch: 2,
  tokens: 4,
};
/** Two reviews, of two words and of four. */
const BATCH = {
  ids: Int32Array.of(0, 0, 5, 6, 7, 5, 8, 9),
  labels: Float32Array.of(0, 1),
  lengths: Int32Array.of(2, 4),
  size: 2,
  tokens: 4,
};
const REVIEWS = [40, 41];

function search(equations: string, change: (weights: Map<string, Float32Array>) => void = () => undefined) {
  const configuration = { ...SMALL, equations, starts: [] };
  const weights = new Map(initialWeights(architectureOf(configuration), 3));
  change(weights);
  return culpritIn(configuration, { step: 5, weights }, BATCH, REVIEWS);
}
const fill = (weights: Map<string, Float32Array>, name: string, value: number) =>
  weights.get(name)?.fill(value);

describe('the first value that is no number', () => {
  it('is none where all fit', () => {
    expect(search(lstm.equations)).toBeUndefined();
  });

  it('is found by review, word and line', () => {
    const equations = "a = W x + U h\ng = exp(a)  # grows\nh' = g / (1 + g)";
    const found = search(equations, (weights) => {
      fill(weights, 'cell.W', 0);
      fill(weights, 'cell.U', 0);
      // Word 8 is the third of the second review alone.
      weights.get('embedding.table')?.set([60, 60], 16);
      fill(weights, 'cell.W', 1);
    });
    expect(found).toMatchObject({
      where: 'value',
      name: 'g',
      statement: 'g = exp(a)',
      review: 41,
      word: 3,
    });
    // e^120 is a number, but none of float32's.
    expect(found?.value).toBeCloseTo(Math.exp(120), -50);
  });

  it('is looked for inside a line too, where its name hides it', () => {
    const found = search("h' = 1 / (1 + exp(b)) + W x", (weights) => fill(weights, 'cell.b', 200));
    expect(found).toMatchObject({ where: 'value', name: "h'", review: 40, word: 1 });
  });

  it('may be the log-odds', () => {
    const found = search("h' = b + W x", (weights) => {
      fill(weights, 'cell.b', 1e20);
      fill(weights, 'head.weights', 1e20);
    });
    expect(found).toMatchObject({ where: 'logit', review: 40 });
  });

  it('may be a derivative, last word first', () => {
    const found = search("a = W x + U h\nh' = a", (weights) => {
      fill(weights, 'cell.W', 0);
      fill(weights, 'cell.U', 1e20);
      fill(weights, 'head.weights', 1e20);
    });
    // dL/dh is 1e20 at the last word, 2e40 one before.
    expect(found).toMatchObject({ where: 'derivative', name: "h'", review: 40, word: 1 });
  });
});
