import type { TrainedModel } from '../../lib/engine/model.ts';
import { readReview } from '../../lib/runs/reading.ts';

/** How each word of a review moved a model's verdict. */
export interface Pushes {
  /** Change of the log-odds when the word is read; with `start` they sum to `total`. */
  readonly each: readonly number[];
  /** Log-odds before the first word: the head's bias, for the output is all zeros. */
  readonly start: number;
  readonly total: number;
}

/** Reads the review on the CPU, word by word. */
export function pushesOf(model: TrainedModel, ids: readonly number[]): Pushes {
  const start = model.head.bias;
  const { logits } = readReview(model, ids);
  const each = Array.from(logits, (after, word) => after - (logits[word - 1] ?? start));
  return { each, start, total: logits.at(-1) ?? start };
}
