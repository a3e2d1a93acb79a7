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

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
/** The same on every backend: tfjs's own Adam takes 1e-4 on WebGL and 1e-7 elsewhere. */
const EPSILON = 1e-8;

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
 * Adam as Kingma and Ba's algorithm 1 has it (arXiv 1412.6980), with epsilon outside the corrected root, as in
 * PyTorch; Keras puts the corrections into the rate, which makes its epsilon another one. Dense, on word vectors
 * too: a word that isn't in the batch still moves by its moments.
 *
 * @param step batches learnt, this one included
 */
export function adam({ of, first, second }: Slot, gradient: Tensor, rate: number, step: number): void {
  tidy(() => {
    const m = add(mul(first, FIRST_DECAY), mul(gradient, 1 - FIRST_DECAY));
    const v = add(mul(second, SECOND_DECAY), mul(square(gradient), 1 - SECOND_DECAY));
    first.assign(m);
    second.assign(v);
    const stride = mul(m, rate / (1 - FIRST_DECAY ** step));
    of.assign(sub(of, div(stride, add(sqrt(mul(v, 1 / (1 - SECOND_DECAY ** step))), EPSILON))));
  });
}
