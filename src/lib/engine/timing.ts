import type { Examples } from './examples.ts';
import type { Learner } from './learner.ts';

/** A timed trial in turns, so that the run beside it goes on. */
export interface Timing {
  /** Whether it has had a turn. */
  readonly begun: boolean;
  /**
   * Learns a few batches, if its turn has come.
   *
   * @param known what a batch takes the engine that trains, in milliseconds
   * @returns milliseconds a batch once the trial is over
   */
  turn(learner: Learner, batch: () => Examples, known: number): Promise<number | undefined>;
}

/** Batches of a turn: a device that works in the background is waited for once a turn. */
const AT_ONCE = 4;
const TURNS = 3;
/** The trial takes at most one part in so many of the time. */
const SHARE = 4;
/** An engine whose batch takes so many times what is known isn't timed any closer. */
const HOPELESS = 8;

export function timingOf(): Timing {
  const times: number[] = [];
  let warm = false;
  let due = 0;
  return {
    get begun() {
      return warm;
    },
    async turn(learner, batch, known) {
      const begun = performance.now();
      if (begun < due) return undefined;
      // The first batch compiles and fills what the later ones find ready.
      const batches = warm ? AT_ONCE : 1;
      const examples = batch();
      for (let k = 0; k < batches; k++) await learner.learn(examples);
      await learner.sums();
      const took = performance.now() - begun;
      due = performance.now() + (SHARE - 1) * took;
      if (warm) times.push(took / batches);
      warm = true;
      const hopeless = times.some((time) => time > HOPELESS * known);
      return hopeless || times.length === TURNS ? Math.min(...times) : undefined;
    },
  };
}
