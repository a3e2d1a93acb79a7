import type { Reviews } from '../imdb/format.ts';
import { breathe } from './breathe.ts';
import { findCulprit } from './culprit.ts';
import type { Fleet } from './fleet.ts';
import { EngineLost, EngineWrong } from './lost.ts';
import { Diverged, type Meter, meterOf } from './meter.ts';
import { type Order, orderOf } from './order.ts';
import type { Ended, Frame, Score } from './protocol.ts';
import { scoreOf } from './score.ts';
import { checkpointOf, firstNotFinite, NOTHING_YET, type Session } from './session.ts';

/** The three parts of the data: to learn from, to watch, and to judge by at the very end. */
export interface Parts {
  readonly training: Reviews;
  /** Asked for when it is needed, so that training begins before it has come. */
  readonly validation: () => Promise<Reviews>;
  readonly test: () => Promise<Reviews>;
}

interface Hooks {
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

/** What a run is made of while it goes on. */
interface Run {
  readonly session: Session;
  readonly parts: Parts;
  readonly hooks: Hooks;
  readonly pace: Pace;
  readonly fleet: Fleet;
  readonly order: Order;
  readonly meter: Meter;
  /** Where it began. */
  readonly begun: number;
  /** After so many batches of its own it reports early: 1, 2, 4, ..., so that a reader sees at once that it runs. */
  early: number;
  /** When the next state is due. */
  keepAt: number;
}

/**
 * Trains a session to the end of its epochs, or until it is asked to stop, and reads the test part then. The session
 * may stand anywhere: what follows is what would have followed had it never been closed, because the order, what is
 * dropped and Adam's corrections hang on the seed and the count of batches alone.
 *
 * Where an engine is lost or found wrong, the run goes on from its last good state on another; where training diverges, the session
 * is put back to that state.
 *
 * @param fleet the engines that may take it over
 */
export async function train(
  session: Session,
  parts: Parts,
  hooks: Hooks,
  fleet: Fleet,
  pace: Pace = PACE,
): Promise<Ended> {
  const order = orderOf(parts.training, session.configuration);
  const meter = meterOf(session, order.anEpoch, hooks.onFrame);
  const run: Run = {
    ...{ session, parts, hooks, pace, fleet, order, meter },
    begun: session.learner.step,
    early: 1,
    keepAt: performance.now() + pace.firstCheckpoint,
  };
  for (;;)
    try {
      return await toTheEnd(run);
    } catch (fault) {
      if (!(fault instanceof EngineLost || fault instanceof EngineWrong)) throw fault;
      await fleet.recover(fault);
      meter.begin();
    }
}

async function toTheEnd(run: Run): Promise<Ended> {
  const { session, parts, hooks, order, meter } = run;
  try {
    while (session.learner.step < order.steps && !hooks.stopping()) await anEpoch(run);
    if (session.good.step !== session.learner.step) await keep(run);
  } catch (fault) {
    if (!(fault instanceof Diverged)) throw fault;
    const noticed = session.learner.step;
    const place = await findCulprit(session, order, noticed, hooks.stopping);
    hooks.onFrame({ kind: 'diverged', lastLoss: meter.lastLoss, good: session.good.step, ...place });
    return { kind: 'diverged', step: place.step };
  }
  const { step } = session.learner;
  const score = await scoreOf(session.learner, await parts.test(), session.configuration);
  if (score === undefined) throw new Error('the test part was left unread');
  return { kind: step < order.steps ? 'stopped' : 'finished', step, test: score };
}

/** What is left of the epoch that the session stands in, with its validation unless it was stopped before. */
async function anEpoch(run: Run): Promise<void> {
  const { session, parts, hooks, pace, order, meter } = run;
  const epoch = Math.floor(session.learner.step / order.anEpoch) + 1;
  const end = epoch * order.anEpoch;
  meter.begin();
  while (session.learner.step < end && !hooks.stopping()) {
    await takeTurns(run);
    await session.learner.learn(order.batch(session.learner.step));
    const { step } = session.learner;
    const early = step - run.begun === run.early;
    if (early) run.early *= 2;
    if (early || performance.now() - meter.reported >= pace.frames) await meter.report();
    // After its second turn an engine has been checked; what one left that is wrong is never kept.
    if (performance.now() >= run.keepAt && step > run.begun + 1) await keep(run);
    await breathe();
  }
  await meter.report();
  if (session.learner.step < end) return;
  const watched = await parts.validation().catch((fault: unknown) => {
    // A stop ends its loading too, and is no fault.
    if (!hooks.stopping()) throw fault;
  });
  const { learner, configuration } = session;
  const seen = watched && (await scoreOf(learner, watched, configuration, hooks.stopping));
  if (seen !== undefined)
    hooks.onFrame({ kind: 'epoch', epoch, training: meanOf(session), validation: seen });
  session.epoch = NOTHING_YET;
  await keep(run);
}

/** Between batches another engine may be tried, or take over. */
async function takeTurns(run: Run): Promise<void> {
  const { session, fleet, meter, order } = run;
  const begun = performance.now();
  const next = await fleet.between(meter.millisecondsABatch, () => order.batch(session.learner.step));
  meter.skip(performance.now() - begun);
  if (next === undefined) return;
  await keep(run);
  fleet.moveTo(next);
  meter.begin();
}

/** Reads the whole state back and hands it out. @throws Diverged where a weight is no number */
async function keep(run: Run): Promise<void> {
  const { session, hooks, pace, meter } = run;
  await meter.report();
  const checkpoint = await checkpointOf(session);
  if (firstNotFinite(checkpoint.weights) !== undefined) throw new Diverged();
  session.good = checkpoint;
  run.keepAt = performance.now() + pace.checkpoints;
  hooks.onFrame({ kind: 'checkpoint', checkpoint });
}

function meanOf({ epoch: { loss, right, reviews } }: Session): Score {
  return { loss: loss / reviews, accuracy: right / reviews, reviews };
}
