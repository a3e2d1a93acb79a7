import type { Configuration } from './configuration.ts';
import type { Snapshot } from './learner.ts';
import type { TrainedModel } from './model.ts';

/**
 * What the page and the training worker say to each other. The worker exposes `TrainingWorker` through
 * comlink; frames come back through a callback that the page passes (`Comlink.proxy`).
 */

/**
 * What can train, in the order in which it is tried. `wasm`: this site's own SIMD kernel, which starts in milliseconds
 * everywhere. `webgl`: this site's own programs on the graphics chip, which are compiled first. `tfjs`: TensorFlow.js
 * as it comes, on the best of its backends, for layers that only it has; much slower.
 */
export const ENGINES = ['wasm', 'webgl', 'tfjs'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Why an engine can't train this model on this machine; `messages/en.ts` has the words under `engine.problems`. */
export type EngineProblem =
  | 'no-webassembly'
  | 'wasm-refused'
  | 'no-webgl2'
  | 'float16-only'
  | 'webgl-refused'
  | 'software-renderer'
  | 'context-lost'
  | 'tfjs-refused'
  | 'model-refused'
  | 'wrong-numbers';

/** What a trial of one engine on the reader's own model found. */
export type Trial =
  /** The time is undefined until it has been measured. */
  | { readonly engine: EngineName; readonly ok: true; readonly millisecondsABatch: number | undefined }
  | {
      readonly engine: EngineName;
      readonly ok: false;
      readonly reason: EngineProblem;
      /** What the browser or the engine said, for the curious; not translated. */
      readonly detail: string;
    };

/** Which engine runs, and what the trials have found so far. */
export interface EngineReport {
  readonly chosen: EngineName;
  /** True where the reader asked for this engine: then no other is tried. */
  readonly asked: boolean;
  readonly trials: readonly Trial[];
  /** The engine that is being tried beside the one that runs. */
  readonly trying: EngineName | undefined;
}

/** What a run will take, in bytes. */
export interface Forecast {
  /** Reviews and vocabulary. */
  readonly data: number;
  /** The model on its engine: weights, their gradients and moments, and what a batch keeps for the way back. */
  readonly model: number;
}

/** How far loading the data has come; `of` counts bytes over the wire. */
export interface LoadProgress {
  readonly bytes: number;
  readonly of: number;
}

/** Accuracy (share read rightly) and mean loss (natural log) over a part of the data. */
export interface Score {
  readonly accuracy: number;
  readonly loss: number;
  readonly reviews: number;
}

/** Something the worker reports while a run goes on. */
export type Frame =
  | { readonly kind: 'loading'; readonly progress: LoadProgress }
  | { readonly kind: 'retrying'; readonly attempt: number; readonly seconds: number; readonly reason: string }
  | { readonly kind: 'engine'; readonly report: EngineReport }
  /** After a few batches; `step` counts batches from 1, `epoch` from 1. Loss and accuracy are means since the last frame. */
  | {
      readonly kind: 'batch';
      readonly step: number;
      readonly steps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly gradientNorm: number;
      readonly millisecondsABatch: number;
    }
  /** At the end of an epoch, on the validation part. `training` is the mean over the epoch's batches. */
  | { readonly kind: 'epoch'; readonly epoch: number; readonly training: Score; readonly validation: Score }
  /** A state from which the run can go on; the client stores it. */
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | Diverged
  | Restart;

/** The loss or a gradient stopped being a number; the run has ended and the model is back in its last good state. */
export interface Diverged {
  readonly kind: 'diverged';
  /** The batch in which it happened, counted from 1. */
  readonly step: number;
  /** Mean loss of the last frame that was a number; NaN where there was none. */
  readonly lastLoss: number;
  /** Batches done in the last good state. */
  readonly good: number;
  /** Where it happened first; undefined where it could not be found again. */
  readonly culprit: Culprit | undefined;
}

/** The first value that stopped being a number that float32 can hold. */
export type Culprit =
  /** A trained number, after the batch before. */
  | { readonly where: 'weight'; readonly variable: string; readonly value: number }
  /** A named value on the way forward, or its derivative on the way back. */
  | {
      readonly where: 'value' | 'derivative';
      /** As in the equations: a statement's name. */
      readonly name: string;
      /** The statement, as the equations have it. */
      readonly statement: string;
      /** The review, counted from 0 among the training part's, and its word, counted from 1. */
      readonly review: number;
      readonly word: number;
      readonly value: number;
    }
  /** The verdict's log-odds of a review. */
  | { readonly where: 'logit'; readonly review: number; readonly value: number }
  /** Every value is a number; the gradient's length is not. */
  | { readonly where: 'norm'; readonly value: number };

/** An engine or the worker itself was lost and replaced, and the run goes on from a kept state. */
export interface Restart {
  readonly kind: 'restarted';
  /** Batches done when it was last heard. */
  readonly at: number;
  /** Batches done in the state from which the run goes on; 0 where none was kept. */
  readonly from: number;
  /**
   * `silent`: the worker no longer answered; `died`: it ended with an error; `context`: the graphics context was lost;
   * `wrong`: the engine was found to compute wrong numbers.
   */
  readonly why: 'silent' | 'died' | 'context' | 'wrong';
}

/** Sums over the batches of an epoch so far. */
export interface EpochSums {
  /** Of the reviews' losses. */
  readonly loss: number;
  /** Verdicts that were right. */
  readonly right: number;
  readonly reviews: number;
}

/** All that is needed to go on as if nothing had happened. */
export interface Checkpoint extends Required<Snapshot> {
  readonly configuration: Configuration;
  /** Over the batches of the epoch that `step` is in. */
  readonly epoch: EpochSums;
}

/** How a run that trained came to its end. */
export type Ended =
  | { readonly kind: 'finished' | 'stopped'; readonly step: number; readonly test: Score }
  | { readonly kind: 'diverged'; readonly step: number };

/** Stopped while it loaded, before a batch of its own: nothing has changed. `step` is where it would have begun. */
export interface Cancelled {
  readonly kind: 'cancelled';
  readonly step: number;
}

export type Outcome = Ended | Cancelled;

/** What one engine made of a small batch whose loss and gradients are known from `numbers`. */
export interface SelfTest {
  readonly engine: EngineName;
  readonly loss: { readonly expected: number; readonly received: number };
  /** Largest difference by variable, relative to the largest gradient of that variable. */
  readonly gradients: readonly { readonly variable: string; readonly error: number }[];
}

/** A verdict on one text. */
export interface Verdict {
  /** Probability that the review is positive. */
  readonly probability: number;
  /** The words that were read, the last `tokens` of them, with the ids they became. */
  readonly tokens: readonly { readonly word: string; readonly id: number }[];
  /** Tokens before the cut. */
  readonly length: number;
  /** Share of the read tokens outside the vocabulary, 0 to 1. */
  readonly outOfVocabulary: number;
}

/** What the worker offers. Every call rejects with an Error whose message a reader can act on. */
export interface TrainingWorker {
  /** To be called once, before all else. @param pack the address of the data pack's manifest */
  open(pack: string): Promise<void>;
  /** Starts what a run needs first, so that the press finds it ready. */
  prepare(): Promise<void>;
  /**
   * Trains from the start, or from `from`. Resolves when it has finished, was stopped or diverged. A run that is
   * stopped while it loads is cancelled; the model that was there before stays, unless an engine was being tried.
   * `engine` asks for an engine; without it the first that starts, until another one proves faster beside it.
   */
  train(
    configuration: Configuration,
    onFrame: (frame: Frame) => void,
    options: { readonly from?: Checkpoint; readonly engine?: EngineName },
  ): Promise<Outcome>;
  /** Moves the run under way to an engine, between batches; undefined lets the trials decide again. */
  choose(engine: EngineName | undefined): Promise<void>;
  /** What a run would take. Rejects where its equations or sizes can't be planned. */
  forecast(configuration: Configuration): Promise<Forecast>;
  /** Asks the run to stop after the batch under way, or to load no further; answers at once with the batches done. */
  stop(): Promise<number>;
  /** The test part's score under the present weights. */
  evaluate(): Promise<Score>;
  /** A verdict on any text. Rejects for a text without a single word. */
  predict(text: string): Promise<Verdict>;
  /** The present weights. */
  weights(): Promise<TrainedModel>;
  /** Puts stored weights in place, so that predict and evaluate work after a reload. */
  restore(checkpoint: Checkpoint): Promise<void>;
  /** Checks an engine against `numbers` on a cell of the caller's choice. The model that was there is dropped. */
  selfTest(engine: EngineName, equations: string): Promise<SelfTest>;
  /** Answers, so that the page can tell a hung worker from a busy one. */
  ping(): Promise<true>;
  /** Ends a run that is under way; drops the model and the data. */
  dispose(): Promise<void>;
}
