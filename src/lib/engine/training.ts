import { add, mul, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { batchesOf, batchOf, epochOrder } from '../imdb/batches.ts';
import type { Reviews } from '../imdb/format.ts';
import { breathe } from './breathe.ts';
import type { Checkpoint, Ended, Frame, Score } from './protocol.ts';
import { scoreOf } from './score.ts';
import { allFinite, checkpointOf, goBack, NOTHING_YET, type Session } from './session.ts';
import { trainOn } from './step.ts';

/** The three parts of the data: to learn from, to watch, and to judge by at the very end. */
export interface Parts {
  readonly training: Reviews;
  /** Asked for when it is needed, so that training begins before it has come. */
  readonly validation: () => Promise<Reviews>;
  readonly test: () => Promise<Reviews>;
}

export interface Hooks {
  readonly onFrame: (frame: Frame) => void;
  /** Asked between batches. */
  readonly stopping: () => boolean;
}

/** How often, in milliseconds, the loss is read back and a state is kept. */
export interface Pace {
  readonly frames: number;
  /** The first state is kept early: until there is one, a worker that is lost takes everything with it. */
  readonly firstCheckpoint: number;
  readonly checkpoints: number;
}
const PACE: Pace = { frames: 200, firstCheckpoint: 2_000, checkpoints: 10_000 };

/** Training came to a loss, gradient or weight that is not a number. */
class Diverged extends Error {
  override readonly name = 'Diverged';
}

/**
 * Trains a session to the end of its epochs, or until it is asked to stop, and reads the test part then. The session
 * may stand anywhere: what follows is what would have followed had it never been closed, because the order, what is
 * dropped and Adam's corrections hang on the seed and the count of batches alone.
 *
 * Where training diverges, the session is put back to its last good state.
 */
export async function train(
  session: Session,
  { training, validation, test }: Parts,
  { onFrame, stopping }: Hooks,
  pace: Pace = PACE,
): Promise<Ended> {
  const { configuration, classifier, adam } = session;
  const { batch: size, epochs, seed, clip } = configuration;
  const count = training.labels.length;
  const anEpoch = Math.ceil(count / size);
  const progress = meter(session, anEpoch, onFrame);
  let good = await checkpointOf(session);
  let keepAt = performance.now() + pace.firstCheckpoint;

  const keep = async (): Promise<void> => {
    await progress.report();
    const checkpoint: Checkpoint = await checkpointOf(session);
    if (!allFinite(checkpoint.model)) throw new Diverged();
    good = checkpoint;
    keepAt = performance.now() + pace.checkpoints;
    onFrame({ kind: 'checkpoint', checkpoint });
  };

  try {
    while (adam.step < epochs * anEpoch && !stopping()) {
      const epoch = Math.floor(adam.step / anEpoch) + 1;
      const batches = batchesOf(epochOrder(count, seed, epoch), size);
      progress.begin();
      for (const indices of batches.slice(adam.step % anEpoch)) {
        if (stopping()) break;
        const batch = batchOf(training, indices, configuration);
        progress.add(trainOn(classifier, adam, clip, batch), batch.size);
        if (performance.now() - progress.reported >= pace.frames) await progress.report();
        if (performance.now() >= keepAt) await keep();
        await breathe();
      }
      await progress.report();
      if (adam.step < epoch * anEpoch) break;
      const watched = await validation().catch((fault: unknown) => {
        // A stop ends its loading too, and is no fault.
        if (!stopping()) throw fault;
      });
      const seen = watched && (await scoreOf(classifier, watched, configuration, stopping));
      if (seen !== undefined) onFrame({ kind: 'epoch', epoch, training: meanOf(session), validation: seen });
      session.epoch = NOTHING_YET;
      await keep();
    }
    if (good.step !== adam.step) await keep();
  } catch (fault) {
    if (!(fault instanceof Diverged)) throw fault;
    const { step } = adam;
    goBack(session, good);
    onFrame({ kind: 'diverged', step, lastLoss: progress.lastLoss });
    return { kind: 'diverged', step };
  } finally {
    progress.dispose();
  }

  const score = await scoreOf(classifier, await test(), configuration);
  if (score === undefined) throw new Error('the test part was left unread');
  return { kind: adam.step < epochs * anEpoch ? 'stopped' : 'finished', step: adam.step, test: score };
}

function meanOf({ epoch: { loss, right, reviews } }: Session): Score {
  return { loss: loss / reviews, accuracy: right / reviews, reviews };
}

/** Sums what batches report on the device, so that reading it back, which waits for the device, is rare. */
function meter(session: Session, anEpoch: number, onFrame: (frame: Frame) => void) {
  const { adam, configuration } = session;
  let sums: Tensor | undefined;
  let batches = 0;
  let reviews = 0;
  let since = performance.now();
  let lastLoss = Number.NaN;
  return {
    /** When a frame was last reported. */
    get reported() {
      return since;
    },
    /** The mean of the last frame that was a number. */
    get lastLoss() {
      return lastLoss;
    },
    /** Batches follow; the time until now was not theirs. */
    begin(): void {
      since = performance.now();
    },
    /** Takes a batch's figures: mean loss, verdicts right, gradient norm. */
    add(figures: Tensor, size: number): void {
      const before = sums;
      sums = tidy(() => {
        const weighted = mul(figures, tensor1d([size, 1, 1]));
        return before === undefined ? weighted : add(before, weighted);
      });
      before?.dispose();
      figures.dispose();
      batches += 1;
      reviews += size;
    },
    async report(): Promise<void> {
      if (sums === undefined) return;
      const [loss = Number.NaN, right = 0, norm = Number.NaN] = await sums.data();
      sums.dispose();
      sums = undefined;
      if (!(Number.isFinite(loss) && Number.isFinite(norm))) throw new Diverged();
      const now = performance.now();
      lastLoss = loss / reviews;
      const { epoch } = session;
      session.epoch = {
        loss: epoch.loss + loss,
        right: epoch.right + right,
        reviews: epoch.reviews + reviews,
      };
      onFrame({
        kind: 'batch',
        step: adam.step,
        steps: configuration.epochs * anEpoch,
        epoch: Math.ceil(adam.step / anEpoch),
        loss: lastLoss,
        accuracy: right / reviews,
        gradientNorm: norm / batches,
        millisecondsABatch: (now - since) / batches,
      });
      since = now;
      batches = 0;
      reviews = 0;
    },
    dispose(): void {
      sums?.dispose();
    },
  };
}
