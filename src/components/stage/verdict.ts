import { output, type Recording } from '../../lib/equations/numbers.ts';
import { sigmoid } from '../../lib/equations/operations.ts';

/** What the model would say after each word. */
export interface Verdict {
  /** Log-odds of "positive" had the review ended after this word, one a word. */
  readonly logOdds: readonly number[];
  /** The same as a probability, 0 to 1. */
  readonly positive: readonly number[];
  /** How far reading the word moved the log-odds; with the log-odds before the first word they sum to the last. */
  readonly pushes: readonly number[];
  /** Log-odds before the first word, when the output is all zeros: the head's bias. */
  readonly start: number;
}

/** Words by how far each pushed the verdict, the heaviest first; of equal ones the earlier. */
export function byWeight({ pushes }: Verdict): readonly number[] {
  const size = (word: number) => Math.abs(pushes[word] ?? 0);
  return pushes.map((_, word) => word).sort((a, b) => size(b) - size(a) || a - b);
}

/**
 * Reads the verdict off the output at every step: weights · output + bias.
 *
 * @param weights the head's, [units]
 */
export function verdictOf(recording: Recording, weights: ArrayLike<number>, bias: number): Verdict {
  const logOdds = recording.steps.map((_, step) =>
    output(recording, step).reduce((sum, value, unit) => sum + value * (weights[unit] ?? 0), bias),
  );
  return {
    logOdds,
    positive: logOdds.map(sigmoid),
    pushes: logOdds.map((after, word) => after - (word === 0 ? bias : (logOdds[word - 1] ?? bias))),
    start: bias,
  };
}
