import type { ConvolutionLayer } from '../architecture.ts';
import { ACTIVATIONS } from './activation.ts';
import { type Block, depthOf, rowsOf, transposed } from './block.ts';
import type { LayerPlace, Part } from './part.ts';

/** Which output steps the k-th row of the kernel serves, and the first input step that it reads there. */
interface Shift {
  readonly k: number;
  readonly toStep: number;
  readonly fromStep: number;
  readonly steps: number;
}

/**
 * y[t] = f(b + Σₖ x[t + k − before] Kₖ). Rows are time-major, so that a shift by steps is a shift by rows, and each Kₖ
 * one product of all steps that it reaches. Zeros beyond the ends are products that are not done.
 */
export function putConvolution(layer: ConvolutionLayer, place: LayerPlace): Part {
  const { name, filters, width, padding, activation } = layer;
  const { memory, batch, input, inputGradient, learns } = place;
  const size = input.columns;
  const before = padding === 'same' ? Math.floor((width - 1) / 2) : 0;
  const steps = padding === 'same' ? place.steps : place.steps - width + 1;
  if (steps < 1)
    throw new Error(
      `${name}: a valid convolution of width ${width} over ${place.steps} steps leaves none; give it at least ${width}.`,
    );
  const shifts = Array.from({ length: width }, (_, k): Shift => {
    const toStep = Math.max(0, before - k);
    const end = Math.min(steps, place.steps + before - k);
    return { k, toStep, fromStep: toStep + k - before, steps: end - toStep };
  });
  const reaching = shifts.filter((shift) => shift.steps > 0);
  const idle = shifts.filter((shift) => shift.steps <= 0);
  // One of them reaches every output step, and begins the sums.
  const [whole, ...others] = reaching.sort((a, b) => b.steps - a.steps);
  if (whole === undefined) throw new Error(`${name}: no row of a kernel of width ${width} reaches a step.`);

  const [kernel, bias] = [place.weights('kernel'), place.weights('bias')];
  const { forward, backward } = ACTIVATIONS[activation];
  const output = memory.block('y', steps * batch, filters);
  const right = memory.packed('K', width * size, filters);
  const gradientPacked = learns ? memory.packed('dy', steps * batch, filters) : undefined;
  const left = inputGradient ? shifts.map(({ k }) => memory.packed(`K${k}ᵀ`, filters, size)) : undefined;
  const rowOf = (block: Block, { k }: Shift) => rowsOf(block, k * size, size);
  const read = (block: Block, shift: Shift) => rowsOf(block, shift.fromStep * batch, shift.steps * batch);
  const made = (block: Block, shift: Shift) => rowsOf(block, shift.toStep * batch, shift.steps * batch);

  return {
    output,
    steps,
    forward: (tape) => {
      tape.pack(right, kernel);
      const kernelRow = ({ k }: Shift) => depthOf(right, k * size, size);
      tape.gemm(made(output, whole), read(input, whole), kernelRow(whole), { bias });
      for (const shift of others)
        tape.gemm(made(output, shift), read(input, shift), kernelRow(shift), { accumulate: true });
      forward(tape, output);
    },
    backward: (tape, gradient) => {
      backward(tape, gradient, output);
      if (gradientPacked !== undefined) {
        const kernelGradient = place.gradients('kernel');
        tape.pack(gradientPacked, gradient);
        for (const shift of reaching)
          tape.gemm(
            rowOf(kernelGradient, shift),
            transposed(read(input, shift)),
            depthOf(gradientPacked, shift.toStep * batch, shift.steps * batch),
          );
        for (const shift of idle) tape.fill(rowOf(kernelGradient, shift), 0);
        tape.columnSums(place.gradients('bias'), gradient);
      }
      if (left !== undefined && inputGradient !== undefined) {
        tape.fill(inputGradient, 0);
        for (const shift of reaching) {
          const packed = left[shift.k];
          if (packed === undefined) continue;
          tape.pack(packed, transposed(rowOf(kernel, shift)));
          tape.gemm(read(inputGradient, shift), made(gradient, shift), packed, { accumulate: true });
        }
      }
    },
  };
}
