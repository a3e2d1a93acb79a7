import type { Examples } from '../examples.ts';
import type { KernelCode } from './kernel.ts';
import { type CrewOptions, Leader } from './leader.ts';
import type { Replica } from './replica.ts';

/**
 * Batches that are learnt alone, and for how many milliseconds, before others are opened: a run that is over by then has
 * no use for them, and the first batches are not to wait. So many batches of each way are timed.
 */
const ALONE_FIRST = 12;
const ALONE_MILLISECONDS = 300;
const TIMED = 12;
/** A crew stays where it takes less than this share of the time. */
const FASTER = 0.9;

/** Milliseconds a step of an example, the least so far of several batches. */
interface Times {
  best: number;
  batches: number;
  milliseconds: number;
}

/**
 * Whether a model is learnt by one worker or by several is found out on the way: first alone, then, once the others are
 * there, together, and whichever was faster stays. What is learnt is the same to the last bit, so nobody notices but
 * by the clock.
 */
export class Together {
  readonly #replica: Replica;
  readonly #code: KernelCode;
  readonly #options: CrewOptions;
  readonly #alone: Times = { best: Number.POSITIVE_INFINITY, batches: 0, milliseconds: 0 };
  readonly #crew: Times = { best: Number.POSITIVE_INFINITY, batches: 0, milliseconds: 0 };
  #leader: Leader | undefined;
  #isUnderWay = false;
  /** Nobody asks again. */
  #isSettled = false;

  constructor(replica: Replica, code: KernelCode, options: CrewOptions) {
    this.#replica = replica;
    this.#code = code;
    this.#options = options;
  }

  /** Workers that learn at present. */
  get workers(): number {
    return this.#isUnderWay ? this.#options.workers : 1;
  }

  /** To be called before every batch: the crew that learns it; undefined where that is done alone. */
  leader(): Leader | undefined {
    if (this.#leader === undefined) {
      const { batches, milliseconds } = this.#alone;
      const isDue = this.#options.settled || (batches >= ALONE_FIRST && milliseconds >= ALONE_MILLISECONDS);
      if (isDue && !this.#isSettled) this.#leader = new Leader(this.#replica, this.#code, this.#options);
      return undefined;
    }
    if (this.#leader.failure !== undefined) {
      this.end();
      return undefined;
    }
    if (!this.#isUnderWay && this.#leader.isBuilt) {
      this.#isUnderWay = true;
      this.#leader.begin();
    }
    return this.#isUnderWay ? this.#leader : undefined;
  }

  /** How long a batch took, in ms. */
  timed({ size, tokens }: Examples, milliseconds: number): void {
    const times = this.#isUnderWay ? this.#crew : this.#alone;
    times.batches++;
    times.milliseconds += milliseconds;
    times.best = Math.min(times.best, milliseconds / (size * tokens));
    if (this.#options.settled || this.#isSettled || this.#crew.batches < TIMED) return;
    this.#isSettled = true;
    if (this.#crew.best > FASTER * this.#alone.best) this.end();
  }

  /** The model has another state: the crew has to have it too. */
  changed(): void {
    if (this.#isUnderWay) this.#leader?.begin();
  }

  /** Goes on alone for good. */
  end(): void {
    this.#isSettled = true;
    this.#isUnderWay = false;
    this.#leader?.close();
    this.#leader = undefined;
  }
}
