import type { Frame } from './protocol.ts';
import type { Session } from './session.ts';

/** Training came to a loss, gradient or weight that is not a number. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

export interface Meter {
  /** When a frame was last reported. */
  readonly reported: number;
  /** Mean loss of the last frame; NaN before it. */
  readonly lastLoss: number;
  /** Milliseconds a batch of the last frame; undefined before it. */
  readonly millisecondsABatch: number | undefined;
  /** Time until now was not the batches'. */
  skip(milliseconds: number): void;
  /** Batches follow; the time until now was not theirs. */
  begin(): void;
  /** Reports what was learnt since the last report. @throws Diverged where it isn't a number */
  report(): Promise<void>;
}

/** Turns what a learner sums up, which takes waiting for its device, into frames. */
export function meterOf(session: Session, anEpoch: number, onFrame: (frame: Frame) => void): Meter {
  let since = performance.now();
  let lastLoss = Number.NaN;
  let millisecondsABatch: number | undefined;
  return {
    get reported() {
      return since;
    },
    get lastLoss() {
      return lastLoss;
    },
    get millisecondsABatch() {
      return millisecondsABatch;
    },
    skip(milliseconds) {
      since += milliseconds;
    },
    begin() {
      since = performance.now();
    },
    async report() {
      const { learner, configuration } = session;
      const { loss, right, answers, norm, batches } = await learner.sums();
      if (batches === 0) return;
      if (!(Number.isFinite(loss) && Number.isFinite(norm))) throw new Diverged();
      const now = performance.now();
      lastLoss = loss / answers;
      millisecondsABatch = (now - since) / batches;
      const { epoch } = session;
      session.epoch = {
        loss: epoch.loss + loss,
        right: epoch.right + right,
        reviews: epoch.reviews + answers,
      };
      onFrame({
        kind: 'batch',
        step: learner.step,
        steps: configuration.epochs * anEpoch,
        epoch: Math.ceil(learner.step / anEpoch),
        loss: lastLoss,
        accuracy: right / answers,
        gradientNorm: norm / batches,
        millisecondsABatch,
      });
      since = now;
    },
  };
}
