import type { DenseLayer } from '../architecture.ts';
import { ACTIVATIONS } from './activation.ts';
import { transposed } from './block.ts';
import type { LayerPlace, Part } from './part.ts';

/** y = f(x Wᵀ + b), of a sequence all steps at once. */
export function putDense({ units, activation }: DenseLayer, place: LayerPlace): Part {
  const { memory, input, inputGradient, learns } = place;
  const { rows, columns: size } = input;
  const [weights, bias] = [place.weights('weights'), place.weights('bias')];
  const { forward, backward } = ACTIVATIONS[activation];
  const output = memory.block('y', rows, units);
  const right = memory.packed('Wᵀ', size, units);
  const left = inputGradient && memory.packed('W', units, size);
  const inputPacked = learns ? memory.packed('x', rows, size) : undefined;
  return {
    output,
    steps: place.steps,
    forward: (tape) => {
      tape.pack(right, transposed(weights));
      tape.gemm(output, input, right, { bias });
      forward(tape, output);
    },
    backward: (tape, gradient) => {
      backward(tape, gradient, output);
      if (inputPacked !== undefined) {
        tape.pack(inputPacked, input);
        tape.gemm(place.gradients('weights'), transposed(gradient), inputPacked);
        tape.columnSums(place.gradients('bias'), gradient);
      }
      if (left !== undefined && inputGradient !== undefined) {
        tape.pack(left, weights);
        tape.gemm(inputGradient, gradient, left);
      }
    },
  };
}
