import {
  cast,
  greater,
  greaterEqual,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  type Scalar,
  scalar,
  softplus,
  squaredDifference,
  step,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Loss } from '../architecture.ts';

/** What a batch's answers come to, on the device. */
export interface Judged {
  /** Mean over the answers that count, []; 0 where none does. */
  readonly loss: Scalar;
  /** How many of them are right, []. */
  readonly right: Tensor;
}

/** Of each answer: its loss, [answers], and 1 where it is right, [answers]. */
interface Each {
  readonly losses: Tensor;
  readonly right: Tensor;
}

/** @param answers [answers, outputs] @param labels one an answer, or for numbers as many as outputs */
type Judge = (answers: Tensor2D, labels: Float32Array) => Each;

const JUDGES: Readonly<Record<Loss, Judge>> = {
  /**
   * Taken from the log-odds z, never from a probability: −log sigmoid(z) is softplus(−z), and −log(1 − sigmoid(z)) is
   * softplus(z), both finite for every finite z. Even odds are not right.
   */
  verdict: (answers, labels) => {
    const sides = tensor2d(
      labels.map((label) => 2 * label - 1),
      answers.shape,
    );
    const margins = reshape(mul(answers, sides), [labels.length]);
    return { losses: softplus(neg(margins)), right: step(margins) };
  },
  /** Right where the own class's logit is larger than every other. */
  classes: (answers, labels) => {
    const own = cast(oneHot(tensor1d(labels, 'int32'), answers.shape[1]), 'float32');
    const logit = sum(mul(answers, own), 1, true);
    const rivals = sum(cast(greaterEqual(answers, logit), 'float32'), 1);
    return {
      losses: neg(sum(mul(logSoftmax(answers), own), 1)),
      right: cast(greater(1.5, rivals), 'float32'),
    };
  },
  numbers: (answers, labels) => {
    const losses = mean(squaredDifference(answers, tensor2d(labels, answers.shape)), 1);
    return { losses, right: zerosLike(losses) };
  },
};

/** @param counts 1 for each answer that counts, 0 for the others; on the host */
export function judge(loss: Loss, answers: Tensor2D, labels: Float32Array, counts: Uint8Array): Judged {
  const { losses, right } = JUDGES[loss](answers, labels);
  const counted = counts.reduce((total, one) => total + one, 0);
  if (counted === 0) return { loss: mul(sum(losses), 0) as Scalar, right: scalar(0) };
  if (counted === counts.length) return { loss: mean(losses) as Scalar, right: sum(right) };
  const chosen = tensor1d(counts, 'bool');
  const only = (values: Tensor) => where(chosen, values as Tensor1D, zerosLike(values));
  return { loss: mul(sum(only(losses)), 1 / counted) as Scalar, right: sum(only(right)) };
}
