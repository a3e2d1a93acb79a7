import {
  mean,
  mul,
  neg,
  type Scalar,
  softplus,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';

/** How far each log-odds lies on its label's side, [batch]: positive where the verdict is right, zero where it is even. */
export function margins(logits: Tensor, labels: Tensor1D): Tensor {
  return mul(logits, sub(mul(labels, 2), 1));
}

/**
 * Mean cross entropy, [batch] to []. Taken from the log-odds z, never from a probability: -log sigmoid(z) is
 * softplus(-z), and -log(1 - sigmoid(z)) is softplus(z), both finite for every finite z.
 */
export function crossEntropy(margins: Tensor): Scalar {
  return mean(softplus(neg(margins))) as Scalar;
}

/** How many verdicts are right, []; an even one is not. */
export function countRight(margins: Tensor): Tensor {
  return sum(step(margins));
}
