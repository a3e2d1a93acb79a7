import { sigmoid, softplus } from '../../equations/operations.ts';
import type { Loss } from '../architecture.ts';

/** One answer beside its label: its loss, whether it is right, and dL/d(the answer). */
interface Judged {
  readonly loss: number;
  readonly right: boolean;
  readonly towards: ArrayLike<number>;
}

/** An answer's numbers and its label; `numbers` has as many labels as outputs, the others one. */
type Judge = (answer: Float64Array, label: ArrayLike<number>) => Judged;

export const LOSSES: Readonly<Record<Loss, Judge>> = {
  /** −log of the label's probability, from the log-odds. An answer of exactly even odds is not right. */
  verdict: ([logit = Number.NaN], label) => {
    const side = 2 * (label[0] ?? Number.NaN) - 1;
    const margin = side * logit;
    return { loss: softplus(-margin), right: margin > 0, towards: [-side * sigmoid(-margin)] };
  },
  /** −log softmax at the label's class. Right where that class's logit is larger than every other. */
  classes: (logits, label) => {
    const own = label[0] ?? Number.NaN;
    const most = logits.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY);
    const shares = logits.map((logit) => Math.exp(logit - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const logit = logits[own] ?? Number.NaN;
    return {
      loss: Math.log(total) + most - logit,
      right: logits.every((other, k) => k === own || other < logit),
      towards: shares.map((share, k) => share / total - (k === own ? 1 : 0)),
    };
  },
  /** Squared error, mean over the outputs. */
  numbers: (answer, labels) => {
    const errors = answer.map((value, k) => value - (labels[k] ?? Number.NaN));
    return {
      loss: errors.reduce((sum, error) => sum + error * error, 0) / answer.length,
      right: false,
      towards: errors.map((error) => (2 * error) / answer.length),
    };
  },
};
