import { tidy } from '@tensorflow/tfjs-core';
import { Adam } from './adam.ts';
import {
  buildClassifier,
  type Classifier,
  disposeClassifier,
  setWeights,
  trainedModel,
} from './classifier.ts';
import type { Configuration } from './configuration.ts';
import { initialModel } from './initial-model.ts';
import type { TrainedModel } from './model.ts';
import type { Checkpoint, EpochSums } from './protocol.ts';

/** A model on its way: what the worker holds between messages. Lives on tfjs's present backend until `close`. */
export interface Session {
  readonly configuration: Configuration;
  readonly classifier: Classifier;
  readonly adam: Adam;
  /** What kind of model it is; its numbers are those it started with. */
  readonly origin: TrainedModel;
  /** Over the batches of the epoch under way. */
  epoch: EpochSums;
}

export const NOTHING_YET: EpochSums = { loss: 0, right: 0, reviews: 0 };

/** A fresh model with the seed's weights, or one that goes on from a checkpoint. */
export function openSession(configuration: Configuration, from?: Checkpoint): Session {
  const origin = initialModel(configuration);
  const classifier = buildClassifier(configuration);
  const adam = new Adam(classifier.variables, configuration.rate);
  const session: Session = { configuration, classifier, adam, origin, epoch: NOTHING_YET };
  try {
    if (from === undefined) setWeights(classifier, origin);
    else goBack(session, from);
  } catch (fault) {
    closeSession(session);
    throw fault;
  }
  return session;
}

/** Puts a kept state in place. @throws Error where it belongs to another model */
export function goBack(session: Session, { model, step, moments, epoch }: Checkpoint): void {
  setWeights(session.classifier, model);
  session.adam.restore(step, moments);
  session.epoch = epoch;
}

/** Reads the whole state back. */
export async function checkpointOf({
  configuration,
  classifier,
  adam,
  origin,
  epoch,
}: Session): Promise<Checkpoint> {
  const { step } = adam;
  return {
    configuration,
    step,
    epoch,
    model: await trainedModel(classifier, origin),
    moments: await adam.moments(),
  };
}

/** Whether every number of a model is one. */
export function allFinite({ parameters, embedding, head }: TrainedModel): boolean {
  return [...parameters.values(), embedding, head.weights, [head.bias]].every((values) =>
    values.every((value) => Number.isFinite(value)),
  );
}

export function closeSession({ classifier, adam }: Session): void {
  tidy(() => {
    adam.dispose();
    disposeClassifier(classifier);
  });
}
