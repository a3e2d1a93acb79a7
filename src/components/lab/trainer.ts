import type { Configuration } from '../../lib/engine/configuration.ts';
import type { TrainedModel } from '../../lib/engine/model.ts';
import type { Checkpoint, EngineName, Frame, Outcome, Restart, Verdict } from '../../lib/engine/protocol.ts';

/** A run that was kept in this browser, and when. */
export interface KeptRun {
  readonly checkpoint: Checkpoint;
  readonly at: Date;
}

/** All that the lab asks of the engine's side; its tests bring their own. */
export interface Trainer {
  train(
    configuration: Configuration,
    tell: (event: Frame | Restart) => void,
    options: { readonly from?: Checkpoint; readonly engine?: EngineName },
  ): Promise<Outcome>;
  stop(): Promise<unknown>;
  predict(text: string): Promise<Verdict>;
  weights(): Promise<TrainedModel>;
  restore(checkpoint: Checkpoint): Promise<void>;
  /** The run that was kept last; undefined where there is none. Rejects where storage is refused. */
  lastRun(): Promise<KeptRun | undefined>;
  discard(): Promise<void>;
  dispose(): void;
}
