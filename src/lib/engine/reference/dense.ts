import type { DenseLayer } from '../architecture.ts';
import { ACTIVATIONS } from './activation.ts';
import { type Activity, at, type Pass } from './activity.ts';

/** y = f(W x + b), of a sequence at every step. */
export const passDense: Pass<DenseLayer> = ({ name, units, activation }, input, { weight, addTo }) => {
  const { size, steps, features } = input;
  const weights = weight(`${name}.weights`);
  const bias = weight(`${name}.bias`);
  const { of, slope } = ACTIVATIONS[activation];
  const made: Activity = { ...input, features: units, values: new Float64Array(size * steps * units) };
  /** Calls back once for each example's each step. */
  const everywhere = (visit: (example: number, step: number) => void): void => {
    for (let example = 0; example < size; example++)
      for (let step = 0; step < steps; step++) visit(example, step);
  };
  const row = (unit: number) => weights.subarray(unit * features, (unit + 1) * features);

  everywhere((example, step) => {
    const x = at(input, input.values, example, step);
    const y = at(made, made.values, example, step);
    for (let unit = 0; unit < units; unit++)
      y[unit] = of(row(unit).reduce((sum, w, k) => sum + w * (x[k] as number), bias[unit] as number));
  });
  return {
    output: made,
    back: (towards) => {
      const towardsInput = new Float64Array(input.values.length);
      everywhere((example, step) => {
        const x = at(input, input.values, example, step);
        const y = at(made, made.values, example, step);
        const dy = at(made, towards, example, step);
        const dx = at(input, towardsInput, example, step);
        for (let unit = 0; unit < units; unit++) {
          const da = (dy[unit] as number) * slope(y[unit] as number);
          addTo(`${name}.bias`, unit, [da]);
          addTo(
            `${name}.weights`,
            unit * features,
            x.map((value) => da * value),
          );
          dx.set(dx.map((sum, k) => sum + da * (row(unit)[k] as number)));
        }
      });
      return towardsInput;
    },
  };
};
