import type { Configuration } from './configuration.ts';
import type { Refusal } from './engine.ts';
import type { Examples } from './examples.ts';
import { type FirstEngine, NAMES } from './first-engine.ts';
import type { Learner } from './learner.ts';
import { type EngineLost, EngineWrong } from './lost.ts';
import { ENGINES, type EngineName, type EngineReport, type Frame, type Trial } from './protocol.ts';
import { goBack, type Session } from './session.ts';
import { refusalBy, type Stable } from './stable.ts';
import { type Timing, timingOf } from './timing.ts';

/** The engines of one run: the one that trains, one that is tried beside it, and those that were refused. */
export interface Fleet {
  /**
   * To be called between batches; lets a trial have its turn.
   *
   * @param present what a batch takes at present, in milliseconds; undefined until that was measured
   * @param batch makes a batch to try with
   * @returns a learner that is to take over, with any weights: `moveTo` puts the run's last good state in it
   * @throws EngineWrong where the engine that trains doesn't compute what is known, before a state of it was kept
   */
  between(present: number | undefined, batch: () => Examples): Promise<Learner | undefined>;
  /** Goes on with this learner, from the session's last good state, in which the session has to stand. */
  moveTo(next: Learner): void;
  /** Replaces a learner that can't be gone on with; the session stands in its last good state then. */
  recover(fault: EngineLost | EngineWrong): Promise<void>;
  /** Moves the run to an engine as soon as that is ready; undefined lets the trials decide. */
  choose(engine: EngineName | undefined): void;
  /** Ends a trial that is under way. */
  dispose(): void;
}

/** Tried without being asked for, in this order; tfjs is slower than both wherever they run. */
const TRIED: readonly EngineName[] = ['wasm', 'webgl'];
/** A run that ends before, in milliseconds, needs no other engine; and the first batches are not to wait. */
const TRY_AFTER = 1_500;
/** Another engine takes over where a batch takes it less than this share of the time. */
const FASTER = 0.9;
/** A device that is lost so often without a new good state is not asked again. */
const MOST_LOSSES = 2;

interface Candidate {
  readonly engine: EngineName;
  readonly timing: Timing | undefined;
  ready: Learner | undefined;
  dropped: boolean;
}

interface Target {
  readonly engine: EngineName;
  /** Whether it takes over only if it proves faster. */
  readonly timed: boolean;
}

const isFaster = (trial: Trial | undefined, best: number): boolean =>
  trial?.ok === true && (trial.millisecondsABatch ?? Number.POSITIVE_INFINITY) < FASTER * best;

/** @param asked whether the reader asked for the session's engine: then no other is tried */
export function fleetOf(
  session: Session,
  stable: Stable,
  { engine: first, trials: found }: FirstEngine,
  asked: boolean,
  onFrame: (frame: Frame) => void,
  tryAfter = TRY_AFTER,
): Fleet {
  const { configuration } = session;
  const trials = new Map<EngineName, Trial>(found.map((trial) => [trial.engine, trial]));
  let wanted: EngineName | undefined = asked ? session.learner.engine : undefined;
  let candidate: Candidate | undefined;
  /** Batches of this run. */
  let turns = 0;
  let begun: number | undefined;
  /** Of the engine that trains: its best frame. */
  let best = Number.POSITIVE_INFINITY;
  let losses = 0;
  let lostAt = -1;

  const report = (): void => {
    const chosen = session.learner.engine;
    const own: Trial = {
      engine: chosen,
      ok: true,
      millisecondsABatch: Number.isFinite(best) ? best : undefined,
    };
    trials.set(chosen, own);
    const state: EngineReport = {
      chosen,
      asked: wanted === chosen,
      trials: [...trials.values()],
      trying: candidate?.engine,
    };
    onFrame({ kind: 'engine', report: state });
  };
  const refuse = (engine: EngineName, refusal: Refusal): void => {
    trials.set(engine, { engine, ok: false, ...refusal });
    if (wanted === engine) wanted = undefined;
  };
  const drop = (): void => {
    if (candidate === undefined) return;
    candidate.dropped = true;
    candidate.ready?.dispose();
    candidate = undefined;
  };
  /** Starts, checks and builds an engine beside the one that trains. */
  const prepare = ({ engine, timed }: Target): void => {
    const mine: Candidate = {
      engine,
      timing: timed ? timingOf() : undefined,
      ready: undefined,
      dropped: false,
    };
    candidate = mine;
    report();
    void stable.learner(engine, configuration, wanted === engine).then((made) => {
      if (mine.dropped) {
        if (!('reason' in made)) made.dispose();
        return;
      }
      if (!('reason' in made)) {
        mine.ready = made;
        return;
      }
      candidate = undefined;
      refuse(engine, made);
      report();
    });
  };
  const target = (): Target | undefined => {
    const { engine: present } = session.learner;
    if (wanted !== undefined) return wanted === present ? undefined : { engine: wanted, timed: false };
    if (begun === undefined || performance.now() - begun < tryAfter) return undefined;
    const untried = TRIED.find((engine) => !trials.has(engine));
    if (untried !== undefined) return { engine: untried, timed: true };
    const faster = TRIED.find((engine) => engine !== present && isFaster(trials.get(engine), best));
    return faster === undefined ? undefined : { engine: faster, timed: false };
  };

  report();
  return {
    async between(present, batch) {
      begun ??= performance.now();
      turns += 1;
      // The first batch is on the reader's screen while the engine that learnt it is checked.
      if (turns === 2) {
        const refusal = await stable.check(first);
        if (refusal !== undefined) throw new EngineWrong(refusal.detail);
      }
      best = Math.min(best, present ?? best);
      const next = target();
      if (candidate !== undefined && candidate.engine !== next?.engine) drop();
      if (next === undefined) return undefined;
      if (candidate === undefined) prepare(next);
      if (candidate?.ready === undefined) return undefined;
      const { ready, timing, engine } = candidate;
      if (timing === undefined) return ready;
      try {
        if (timing.begun === false) ready.restore(session.good);
        const milliseconds = await timing.turn(ready, batch, best);
        if (milliseconds === undefined) return undefined;
        const trial: Trial = { engine, ok: true, millisecondsABatch: milliseconds };
        trials.set(engine, trial);
        if (isFaster(trial, best)) return ready;
      } catch (fault) {
        refuse(engine, refusalBy(fault));
      }
      drop();
      report();
      return undefined;
    },

    moveTo(next) {
      next.restore(session.good);
      const { learner } = session;
      session.learner = next;
      const trial = trials.get(next.engine);
      best = (trial?.ok ? trial.millisecondsABatch : undefined) ?? Number.POSITIVE_INFINITY;
      candidate = undefined;
      learner.dispose();
      report();
    },

    async recover(fault) {
      const { learner, good } = session;
      const at = learner.step;
      losses = good.step === lostAt ? losses + 1 : 1;
      lostAt = good.step;
      learner.dispose();
      drop();
      const wrong = fault instanceof EngineWrong;
      onFrame({ kind: 'restarted', at, from: good.step, why: wrong ? 'wrong' : 'context' });
      if (wrong) refuse(learner.engine, { reason: 'wrong-numbers', detail: fault.message });
      else if (losses >= MOST_LOSSES) refuse(learner.engine, refusalBy(fault));
      session.learner = await rebuilt(stable, configuration, trials, learner.engine);
      if (session.learner.engine !== learner.engine) best = Number.POSITIVE_INFINITY;
      goBack(session);
      report();
    },

    choose(engine) {
      wanted = engine;
      if (engine === undefined) begun = performance.now() - tryAfter;
      // It is asked for anew: what stood in its way may have gone.
      else if (engine !== session.learner.engine) trials.delete(engine);
      report();
    },

    dispose: drop,
  };
}

/** In the place of a learner: the same engine again unless it was refused, else the first other that works. */
async function rebuilt(
  stable: Stable,
  configuration: Configuration,
  trials: Map<EngineName, Trial>,
  lost: EngineName,
): Promise<Learner> {
  const faults: string[] = [];
  for (const name of [lost, ...ENGINES.filter((name) => name !== lost)]) {
    if (trials.get(name)?.ok === false) continue;
    const made = await stable.learner(name, configuration, true);
    if (!('reason' in made)) return made;
    trials.set(name, { engine: name, ok: false, ...made });
    faults.push(`${NAMES[name]}: ${made.detail}`);
  }
  throw new Error(
    `The engine can’t go on, and no other could take over (${faults.join('; ')}). What was learnt is kept; reload the page and go on.`,
  );
}
