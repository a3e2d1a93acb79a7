import type { Examples } from '../../../src/lib/engine/examples.ts';
import type { Case } from '../cases.ts';

/** A model on an engine, ready to train. */
export interface Contestant {
  /** Forward, backward, update. May return before the device has done it. */
  learn(batch: Examples): void | Promise<void>;
  /** Waits until the device has done all that was handed over. */
  settle(): Promise<void>;
}

export type BuildContestant = (of: Case) => Promise<Contestant>;
