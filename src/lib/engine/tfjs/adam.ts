import {
  add,
  div,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { ADAM, corrections } from '../optimiser.ts';

/** A variable and its decayed means of gradient and squared gradient. */
export interface Slot {
  readonly of: Variable;
  readonly first: Variable;
  readonly second: Variable;
}

/** A variable that has not moved yet. */
export function slotOf(of: Variable): Slot {
  const still = () => tidy(() => variable(zeros(of.shape), false));
  return { of, first: still(), second: still() };
}

/**
 * One step of Adam. Epsilon is the same on every backend: tfjs's own takes 1e-4 on WebGL and 1e-7 elsewhere.
 *
 * @param step batches learnt, this one included
 */
export function adam({ of, first, second }: Slot, gradient: Tensor, rate: number, step: number): void {
  tidy(() => {
    const m = add(mul(first, ADAM.firstDecay), mul(gradient, 1 - ADAM.firstDecay));
    const v = add(mul(second, ADAM.secondDecay), mul(square(gradient), 1 - ADAM.secondDecay));
    first.assign(m);
    second.assign(v);
    const corrected = corrections(rate, step);
    of.assign(sub(of, div(mul(m, corrected.rate), add(sqrt(mul(v, corrected.second)), ADAM.epsilon))));
  });
}
