import type { Activation } from '../architecture.ts';
import type { Block } from './block.ts';
import type { Tape } from './tape.ts';

/** An activation on a tape. Both work in place; `backward` may use up the value. */
interface ActivationOnTape {
  readonly forward: (tape: Tape, block: Block) => void;
  /** The adjoint of what the activation was given, in place of the adjoint of its value. */
  readonly backward: (tape: Tape, gradient: Block, value: Block) => void;
}

export const ACTIVATIONS: Readonly<Record<Activation, ActivationOnTape>> = {
  linear: { forward: () => undefined, backward: () => undefined },
  relu: {
    forward: (tape, block) => tape.map('relu', block, block),
    backward: (tape, gradient, value) => {
      tape.map('positive', value, value);
      tape.zip('mul', gradient, gradient, value);
    },
  },
  tanh: {
    forward: (tape, block) => tape.map('tanh', block, block),
    backward: (tape, gradient, value) => tape.zip('tanhBack', gradient, gradient, value),
  },
  sigmoid: {
    forward: (tape, block) => tape.map('sigmoid', block, block),
    backward: (tape, gradient, value) => tape.zip('sigmoidBack', gradient, gradient, value),
  },
};
