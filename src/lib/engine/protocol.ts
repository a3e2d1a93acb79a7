import type { Configuration } from './configuration.ts';
import type { TrainedModel } from './model.ts';

/**
 * What the page and the training worker say to each other. The worker exposes `TrainingWorker` through
 * comlink; frames come back through a callback that the page passes (`Comlink.proxy`).
 */

/**
 * tfjs backends that can train, in the order in which they are tried: WebAssembly starts at once everywhere, WebGL
 * compiles its programs first.
 */
export const ENGINES = ['wasm', 'webgl'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Why an engine can't train on this machine; `messages/en.ts` has the words under `engine.problems`. */
export type EngineProblem =
  | 'no-webassembly'
  | 'wasm-refused'
  | 'no-webgl2'
  | 'float16-only'
  | 'webgl-refused'
  | 'software-renderer'
  | 'slow-start'
  | 'wrong-numbers';

/** What a trial of one engine on the reader's own model found. */
export type Trial =
  | { readonly engine: EngineName; readonly ok: true; readonly millisecondsABatch: number }
  | {
      readonly engine: EngineName;
      readonly ok: false;
      readonly reason: EngineProblem;
      /** What the browser or the engine said, for the curious; not translated. */
      readonly detail: string;
    };

/** Which engine runs, and what the trials found. */
export interface EngineReport {
  readonly chosen: EngineName;
  /** True where the reader asked for this engine: then no other was tried. */
  readonly asked: boolean;
  readonly trials: readonly Trial[];
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
  /** The loss or a gradient stopped being a number; the run has ended and keeps the last checkpoint. */
  | { readonly kind: 'diverged'; readonly step: number; readonly lastLoss: number };

/** Something that befell the worker itself: it was replaced, and the run goes on from a kept state. */
export interface Restart {
  readonly kind: 'restarted';
  /** Batches done when it was last heard. */
  readonly at: number;
  /** Batches done in the state from which the run goes on; 0 where none was kept. */
  readonly from: number;
  /** `silent`: it no longer answered; `died`: it ended with an error. */
  readonly why: 'silent' | 'died';
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
export interface Checkpoint {
  readonly configuration: Configuration;
  /** Batches done. */
  readonly step: number;
  /** Over the batches of the epoch that `step` is in. */
  readonly epoch: EpochSums;
  readonly model: TrainedModel;
  /** Adam's first and second moments, by variable name, and its count of steps is `step`. */
  readonly moments: ReadonlyMap<string, { readonly first: Float32Array; readonly second: Float32Array }>;
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
  /**
   * Trains from the start, or from `from`. Resolves when it has finished, was stopped or diverged. A run that is
   * stopped while it loads is cancelled; the model that was there before stays, unless an engine was being tried.
   * `engine` forces a backend; without it the faster one after a short trial.
   */
  train(
    configuration: Configuration,
    onFrame: (frame: Frame) => void,
    options: { readonly from?: Checkpoint; readonly engine?: EngineName },
  ): Promise<Outcome>;
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
