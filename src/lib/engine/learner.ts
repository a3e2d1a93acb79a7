import type { Architecture } from './architecture.ts';
import type { Examples, Questions } from './examples.ts';
import type { EngineName } from './protocol.ts';

/** Numbers by variable name (`variablesOf`), row-major. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Adam's means of one variable's gradient and of its square. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** A state that a model can go on from. */
export interface Snapshot {
  /** Batches learnt. */
  readonly step: number;
  readonly weights: Weights;
  /** Of every trained variable; without them Adam starts anew. */
  readonly moments?: ReadonlyMap<string, Moments>;
}

/** How a model learns. */
export interface Schedule {
  /** Adam's step size. */
  readonly rate: number;
  /** The largest global norm of the gradient; Infinity where it isn't bounded. */
  readonly clip: number;
  /** Where dropout comes from. */
  readonly seed: number;
}

/** Sums over batches. */
export interface Sums {
  /** Of the examples' (or counted steps') losses. */
  readonly loss: number;
  /** How many answers were right; 0 for a loss over numbers. */
  readonly right: number;
  /** What `loss` and `right` are sums over. */
  readonly answers: number;
  /** Of the batches' gradient norms, before clipping. */
  readonly norm: number;
  readonly batches: number;
}

/** What one batch teaches. */
export interface Lesson {
  /** Mean over the batch. */
  readonly loss: number;
  readonly right: number;
  /** By variable name; zeros for a variable that reaches no loss. */
  readonly gradients: Weights;
}

/**
 * A model on an engine. `learn` hands a batch over and may return before the device has done it; whatever returns a
 * promise waits for it. Batches may have any size and length up to the `Limits` it was built for.
 */
export interface Learner {
  readonly engine: EngineName;
  readonly architecture: Architecture;
  /** Batches learnt. */
  readonly step: number;
  /**
   * Forward, loss, backward, clipping, Adam.
   * @returns where batches would pile up, a promise that is there once the next one should be handed over
   */
  learn(batch: Examples): void | Promise<void>;
  /** Sums over what was learnt since this was last asked. */
  sums(): Promise<Sums>;
  /** Loss and gradients of a batch without dropout; nothing is changed. */
  lesson(batch: Examples): Promise<Lesson>;
  /** What the last layer gives, without dropout: [size, outputs] or [size, tokens, outputs]; logits, not probabilities. */
  outputs(questions: Questions): Promise<Float32Array>;
  /** @throws Error naming a variable that is missing, of the wrong size, or not finite; nothing is changed then */
  restore(snapshot: Snapshot): void;
  snapshot(): Promise<Required<Snapshot>>;
  dispose(): void;
}

/** The largest batch that a learner has room for. */
export interface Limits {
  readonly size: number;
  readonly tokens: number;
}

/**
 * Builds a model on an engine, its weights zero until `restore`.
 * @throws Error that names what this engine lacks, or the size that is impossible, before anything is allocated
 */
export type BuildLearner = (
  architecture: Architecture,
  schedule: Schedule,
  limits: Limits,
) => Learner | Promise<Learner>;
