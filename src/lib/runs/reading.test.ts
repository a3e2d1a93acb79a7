import { describe, expect, it } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import { architectureOf } from '../engine/classifier-architecture.ts';
import { quickRun } from '../engine/configuration.ts';
import { initialWeights } from '../engine/initial-weights.ts';
import { modelOf } from '../engine/model.ts';
import { knownLesson } from '../engine/reference.ts';
import { readReview } from './reading.ts';

const configuration = { ...quickRun(lstm), units: 5, embedding: 3, vocabulary: 100 };
const architecture = architectureOf(configuration);
const weights = initialWeights(architecture, configuration.seed);
const model = modelOf(configuration, weights);

describe('reading a review', () => {
  it('gives the log-odds after each word: those of the reviews that end there', () => {
    const ids = [1, 17, 4, 99, 4];
    const { logits, recording } = readReview(model, ids);
    expect(recording.steps).toHaveLength(5);
    ids.forEach((_, last) => {
      const words = ids.slice(0, last + 1);
      const batch = {
        ids: Int32Array.from(words),
        labels: Float32Array.of(1),
        size: 1,
        tokens: words.length,
      };
      // The loss of a positive review is log(1 + e^-logit).
      const { loss } = knownLesson(architecture, weights, batch);
      expect(Math.log1p(Math.exp(-(logits[last] ?? Number.NaN)))).toBeCloseTo(loss, 12);
    });
  });

  it.each([100, -1, 1.5])('refuses the id %d', (id) => {
    expect(() => readReview(model, [3, id])).toThrow(`word 2 has id ${id}, but this model knows ids 0 to 99`);
  });

  it('refuses a head of another size', () => {
    const head = { weights: new Float32Array(4), bias: 0 };
    expect(() => readReview({ ...model, head }, [3])).toThrow(
      /head has 4 weights, expected one for each of 5 units/,
    );
  });
});
