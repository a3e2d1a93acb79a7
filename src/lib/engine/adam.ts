import {
  add,
  div,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';

/** Adam's first and second moments of one variable, as numbers. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
/** The same on every backend: tfjs's own Adam takes 1e-4 on WebGL and 1e-7 elsewhere. */
const EPSILON = 1e-8;

/**
 * Adam as Kingma and Ba's algorithm 1 has it (arXiv 1412.6980), with epsilon outside the corrected root, as in
 * PyTorch; Keras puts the corrections into the rate, which makes its epsilon another one. Dense, on word vectors
 * too: a word that isn't in the batch still moves by its moments.
 */
export class Adam {
  /** Batches done. */
  step = 0;
  readonly #rate: number;
  readonly #slots: ReadonlyMap<string, { of: Variable; first: Variable; second: Variable }>;

  constructor(variables: ReadonlyMap<string, Variable>, rate: number) {
    this.#rate = rate;
    const zero = (of: Variable) => tidy(() => variable(zeros(of.shape), false));
    this.#slots = new Map(
      [...variables].map(([name, of]) => [name, { of, first: zero(of), second: zero(of) }]),
    );
  }

  /** Moves every variable once. A variable without a gradient reaches no loss: its gradient is zero, and it stays. */
  apply(gradients: ReadonlyMap<string, Tensor>): void {
    this.step += 1;
    const rate = this.#rate / (1 - FIRST_DECAY ** this.step);
    const correction = 1 / (1 - SECOND_DECAY ** this.step);
    for (const [name, { of, first, second }] of this.#slots) {
      const gradient = gradients.get(name);
      if (gradient === undefined) continue;
      tidy(() => {
        const m = add(mul(first, FIRST_DECAY), mul(gradient, 1 - FIRST_DECAY));
        const v = add(mul(second, SECOND_DECAY), mul(square(gradient), 1 - SECOND_DECAY));
        first.assign(m);
        second.assign(v);
        of.assign(sub(of, div(mul(m, rate), add(sqrt(mul(v, correction)), EPSILON))));
      });
    }
  }

  /** Reads the moments back. */
  async moments(): Promise<Map<string, Moments>> {
    const read = async (of: Variable) => (await of.data()) as Float32Array;
    const moments = new Map<string, Moments>();
    for (const [name, { first, second }] of this.#slots)
      moments.set(name, { first: await read(first), second: await read(second) });
    return moments;
  }

  /** Goes on from a checkpoint. @throws Error where its moments don't fit the variables */
  restore(step: number, moments: ReadonlyMap<string, Moments>): void {
    this.step = step;
    for (const [name, { of, ...slots }] of this.#slots) {
      const stored = moments.get(name);
      for (const which of ['first', 'second'] as const) {
        const values = stored?.[which];
        if (values?.length !== of.size)
          throw new Error(
            `the checkpoint's ${which} moment of ${name} has ${values?.length ?? 'no'} numbers, expected ${of.size}. It belongs to another model.`,
          );
        tidy(() => slots[which].assign(tensor(values, of.shape)));
      }
    }
  }

  dispose(): void {
    for (const { first, second } of this.#slots.values()) {
      first.dispose();
      second.dispose();
    }
  }
}
