import type { TrainedModel } from '../../lib/engine/model.ts';
import { statementName } from '../../lib/equations/graph.ts';
import { named, type Recording } from '../../lib/equations/numbers.ts';
import { probability, readReview } from '../../lib/runs/reading.ts';

/** A model that has read a sentence, opened at one of its words. */
export interface Opened {
  readonly words: readonly string[];
  readonly recording: Recording;
  /** p(positive) had the review ended after the word, one a word. */
  readonly positive: readonly number[];
  /** Change of the log-odds at each word. */
  readonly pushes: readonly number[];
  /** The word at which it is opened. */
  readonly word: number;
  /** The unit whose numbers are printed: the one that carried most of that word's push. */
  readonly unit: number;
  /** Statement names in order: `f`, `c'`. */
  readonly values: readonly string[];
}

/**
 * Reads a sentence and opens the model at a word.
 *
 * @param words as they are shown, one an id
 * @param at one of them, not the first
 * @throws Error where it isn't
 */
export function open(
  model: TrainedModel,
  words: readonly string[],
  ids: readonly number[],
  at: string,
): Opened {
  const word = words.indexOf(at);
  if (word < 1) throw new Error(`“${at}” is not among the words after the first: ${words.join(' ')}.`);
  const { recording, logits } = readReview(model, ids);
  const output = `${recording.graph.output}'`;
  const after = named(recording, word, output);
  const before = named(recording, word - 1, output);
  const carried = Array.from(model.head.weights, (weight, unit) =>
    Math.abs(weight * ((after[unit] ?? 0) - (before[unit] ?? 0))),
  );
  return {
    words,
    recording,
    positive: Array.from(logits, probability),
    pushes: Array.from(logits, (logit, k) => logit - (logits[k - 1] ?? model.head.bias)),
    word,
    unit: carried.indexOf(Math.max(...carried)),
    values: recording.graph.statements.map(statementName),
  };
}
