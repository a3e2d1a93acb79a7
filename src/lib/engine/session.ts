import type { Architecture } from './architecture.ts';
import { architectureOf } from './classifier-architecture.ts';
import type { Configuration } from './configuration.ts';
import type { Engine } from './engine.ts';
import { initialWeights } from './initial-weights.ts';
import type { Learner, Limits, Schedule, Weights } from './learner.ts';
import type { Checkpoint, EpochSums } from './protocol.ts';

/** A model on its way: what the worker holds between messages. */
export interface Session {
  readonly configuration: Configuration;
  /** On the engine that trains at present. */
  learner: Learner;
  /** Over the batches of the epoch under way. */
  epoch: EpochSums;
  /** The last state that is known to be good; a learner that is lost is replaced by one that goes on from it. */
  good: Checkpoint;
}

export const NOTHING_YET: EpochSums = { loss: 0, right: 0, reviews: 0 };

/** Reviews read at once where nothing is learnt: enough that a call costs little, few enough that messages are answered. */
const READ_AT_ONCE = 32;

export const limitsOf = ({ batch, tokens }: Configuration): Limits => ({
  size: Math.max(batch, READ_AT_ONCE),
  tokens,
});

const scheduleOf = ({ rate, clip, seed }: Configuration): Schedule => ({ rate, clip, seed });

/** The model of a configuration on an engine, its weights zero. @throws Error as the engine's `build` does */
export async function buildOn(engine: Engine, configuration: Configuration): Promise<Learner> {
  const architecture: Architecture = architectureOf(configuration);
  return engine.build(architecture, scheduleOf(configuration), limitsOf(configuration));
}

/** The state that a run begins with: the seed's weights, nothing learnt. */
export function beginning(configuration: Configuration): Checkpoint {
  const weights = initialWeights(architectureOf(configuration), configuration.seed);
  return { configuration, step: 0, epoch: NOTHING_YET, weights, moments: stillMoments(weights) };
}

function stillMoments(weights: Weights): Checkpoint['moments'] {
  return new Map(
    [...weights].map(([name, { length }]) => [
      name,
      { first: new Float32Array(length), second: new Float32Array(length) },
    ]),
  );
}

/** A fresh model with the seed's weights, or one that goes on from a checkpoint. @throws Error where the checkpoint is of another model */
export async function openSession(
  engine: Engine,
  configuration: Configuration,
  from: Checkpoint = beginning(configuration),
): Promise<Session> {
  const learner = await buildOn(engine, configuration);
  const session: Session = { configuration, learner, epoch: NOTHING_YET, good: { ...from, configuration } };
  try {
    goBack(session);
  } catch (fault) {
    closeSession(session);
    throw fault;
  }
  return session;
}

/** Puts the last good state in place. @throws Error where it belongs to another model */
export function goBack(session: Session): void {
  const { step, weights, epoch } = session.good;
  // Before the first batch Adam's means are zero, which need not be written.
  session.learner.restore(step === 0 ? { step, weights } : session.good);
  session.epoch = epoch;
}

/** Reads the whole state back. */
export async function checkpointOf({ configuration, learner, epoch }: Session): Promise<Checkpoint> {
  const { step, weights, moments } = await learner.snapshot();
  return { configuration, step, epoch, weights, moments };
}

/** The name of the first variable that holds something else than a number; undefined where all are numbers. */
export function firstNotFinite(
  weights: Weights,
): { readonly variable: string; readonly value: number } | undefined {
  for (const [variable, values] of weights) {
    const value = values.find((value) => !Number.isFinite(value));
    if (value !== undefined) return { variable, value };
  }
  return undefined;
}

export function closeSession({ learner }: Session): void {
  learner.dispose();
}
