import {
  dispose,
  keep,
  stack,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { Batch } from '../imdb/batches.ts';
import type { Adam } from './adam.ts';
import { type Classifier, logitsOf } from './classifier.ts';
import { clipped } from './clip.ts';
import { countRight, crossEntropy, margins } from './loss.ts';

/** A batch's ids and labels; its mask follows from the ids. */
export type Examples = Pick<Batch, 'ids' | 'labels' | 'size' | 'tokens'>;

/** What a batch teaches; to be disposed by whoever asked, in a tidy. */
export interface Lesson {
  /** Mean cross entropy, []. */
  readonly loss: Tensor;
  /** How many verdicts are right, []. */
  readonly right: Tensor;
  /** By variable name; a variable that reaches no loss is absent. */
  readonly gradients: Map<string, Tensor>;
}

/** Forward and backward through one batch. */
export function lessonOf(classifier: Classifier, batch: Examples, training: boolean): Lesson {
  const { variables } = classifier;
  let right: Tensor | undefined;
  const { value, grads } = variableGrads(() => {
    const labels: Tensor1D = tensor1d(batch.labels);
    const margin = margins(logitsOf(classifier, batch, training), labels);
    right = keep(countRight(margin));
    return crossEntropy(margin);
  }, [...variables.values()]);
  if (right === undefined) throw new Error('tfjs took gradients of a loss that it never computed');
  const gradients = new Map<string, Tensor>();
  for (const [name, { name: tfjsName }] of variables) {
    const gradient = grads[tfjsName];
    if (gradient !== undefined) gradients.set(name, gradient);
  }
  return { loss: value, right, gradients };
}

/**
 * Trains on one batch.
 *
 * @param clip the largest global norm of the gradient
 * @returns [3]: mean loss, verdicts right, the gradient's norm before it was clipped; on the device, for the caller to dispose
 */
export function trainOn(classifier: Classifier, adam: Adam, clip: number, batch: Examples): Tensor {
  return tidy(() => {
    classifier.clock.step = adam.step;
    const { loss, right, gradients } = lessonOf(classifier, batch, true);
    const { gradients: bounded, norm } = clipped(gradients, clip);
    adam.apply(bounded);
    const figures = stack([loss, right, norm]);
    dispose(right);
    return figures;
  });
}
