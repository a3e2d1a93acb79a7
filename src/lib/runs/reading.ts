import type { TrainedModel } from '../engine/model.ts';
import { output, type Recording, run } from '../equations/numbers.ts';
import { parse } from '../equations/parse.ts';

/** A review as a trained model read it. */
export interface Reading {
  /** Every value of every step, float64. */
  readonly recording: Recording;
  /** The verdict's log-odds had the review ended after this word, one a word. */
  readonly logits: Float64Array;
}

/**
 * Reads a review with a trained model, word by word, on the CPU in float64: what the stage opens on.
 *
 * @param ids the words read, oldest first, without padding; each below `model.vocabulary`
 * @throws Error for an id outside the vocabulary, and for weights that don't fit the equations
 */
export function readReview(model: TrainedModel, ids: readonly number[]): Reading {
  const { sizes, embedding, vocabulary, head } = model;
  if (head.weights.length !== sizes.units)
    throw new Error(
      `the head has ${head.weights.length} weights, expected one for each of ${sizes.units} units.`,
    );
  const inputs = ids.map((id, word) => {
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary))
      throw new Error(
        `word ${word + 1} has id ${id}, but this model knows ids 0 to ${vocabulary - 1}. Were the words cut to its vocabulary?`,
      );
    return embedding.subarray(id * sizes.input, (id + 1) * sizes.input);
  });
  const recording = run(parse(model.equations), sizes, model.parameters, inputs);
  const logits = Float64Array.from(ids, (_, step) =>
    output(recording, step).reduce((sum, value, unit) => sum + value * (head.weights[unit] ?? 0), head.bias),
  );
  return { recording, logits };
}

/** A log-odds as a probability: 0 means even. */
export { sigmoid as probability } from '../equations/operations.ts';
