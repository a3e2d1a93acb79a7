import type { ConvolutionLayer } from '../architecture.ts';
import { ACTIVATIONS } from './activation.ts';
import { type Activity, at, type Pass } from './activity.ts';

/** y[t] = f(Σₖ x[t + k − before] K[k] + b); what lies beyond the ends is zero. */
export const passConvolution: Pass<ConvolutionLayer> = (layer, input, { weight, addTo }) => {
  const { name, filters, width, padding, activation } = layer;
  const { size, features } = input;
  const kernel = weight(`${name}.kernel`);
  const bias = weight(`${name}.bias`);
  const { of, slope } = ACTIVATIONS[activation];
  const before = padding === 'same' ? Math.floor((width - 1) / 2) : 0;
  const steps = padding === 'same' ? input.steps : input.steps - width + 1;
  if (steps < 1)
    throw new Error(
      `${name}: a valid convolution of width ${width} over ${input.steps} steps leaves none; give it at least ${width}.`,
    );
  const made: Activity = {
    size,
    steps,
    features: filters,
    sequence: true,
    values: new Float64Array(size * steps * filters),
    mask: undefined,
  };
  /** Calls back for each number of the kernel at each place where it meets a number of the input. */
  const everyTerm = (visit: (from: number, to: number, weight: number) => void): void => {
    for (let example = 0; example < size; example++)
      for (let step = 0; step < steps; step++)
        for (let k = 0; k < width; k++) {
          const read = step + k - before;
          if (read < 0 || read >= input.steps) continue;
          for (let feature = 0; feature < features; feature++)
            for (let filter = 0; filter < filters; filter++)
              visit(
                (example * input.steps + read) * features + feature,
                (example * steps + step) * filters + filter,
                (k * features + feature) * filters + filter,
              );
        }
  };

  const sums = made.values;
  for (let example = 0; example < size; example++)
    for (let step = 0; step < steps; step++) at(made, sums, example, step).set(bias);
  everyTerm((from, to, place) => {
    sums[to] = (sums[to] as number) + (input.values[from] as number) * (kernel[place] as number);
  });
  sums.set(sums.map(of));

  return {
    output: made,
    back: (towards) => {
      const da = towards.map((dy, k) => dy * slope(made.values[k] as number));
      const towardsInput = new Float64Array(input.values.length);
      const towardsKernel = new Float64Array(kernel.length);
      everyTerm((from, to, place) => {
        towardsInput[from] = (towardsInput[from] as number) + (da[to] as number) * (kernel[place] as number);
        towardsKernel[place] =
          (towardsKernel[place] as number) + (da[to] as number) * (input.values[from] as number);
      });
      addTo(`${name}.kernel`, 0, towardsKernel);
      for (let start = 0; start < da.length; start += filters)
        addTo(`${name}.bias`, 0, da.subarray(start, start + filters));
      return towardsInput;
    },
  };
};
