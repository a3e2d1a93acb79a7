import type { Sums } from './learner.ts';

/** Sums over batches, in float64: a kernel's own float32 would lose digits over an epoch. */
export class Tally {
  #loss = 0;
  #right = 0;
  #answers = 0;
  #norm = 0;
  #batches = 0;

  /** @param loss the batch's mean over its answers */
  add(loss: number, right: number, answers: number, norm: number): void {
    this.#loss += loss * answers;
    this.#right += right;
    this.#answers += answers;
    this.#norm += norm;
    this.#batches += 1;
  }

  /** The sums since this was last asked. */
  take(): Sums {
    const sums = {
      loss: this.#loss,
      right: this.#right,
      answers: this.#answers,
      norm: this.#norm,
      batches: this.#batches,
    };
    this.#loss = this.#right = this.#answers = this.#norm = this.#batches = 0;
    return sums;
  }
}
