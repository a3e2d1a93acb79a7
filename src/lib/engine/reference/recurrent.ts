import { output as outputOf, type Recording, run, type Values } from '../../equations/numbers.ts';
import { parse } from '../../equations/parse.ts';
import { backThroughTime } from '../../equations/through-time.ts';
import { cellsOf, type RecurrentLayer } from '../architecture.ts';
import { type Activity, at, type Pass } from './activity.ts';
import { keeping } from './dropout.ts';
import { KEEP, withLoopDropout } from './loop-dropout.ts';

/** Any cell, example by example through the `numbers` and `gradient` meanings, in one direction or in both. */
export const passRecurrent: Pass<RecurrentLayer> = (
  layer,
  input,
  { place, weight, addTo, dropout, rounded },
) => {
  const { units, sequences, recurrentDropout: rate, equations } = layer;
  const { size, steps, features } = input;
  const sizes = { input: features, units };
  const written = parse(equations);
  const dropping = rate > 0 ? dropout : undefined;
  const graph = dropping === undefined ? written : withLoopDropout(written);
  const cells = cellsOf(layer);
  const made: Activity = {
    size,
    steps: sequences ? steps : 1,
    features: units * cells.length,
    sequence: sequences,
    values: new Float64Array(size * (sequences ? steps : 1) * units * cells.length),
    mask: sequences ? input.mask : undefined,
  };

  const read = cells.map(({ direction, prefix }, k) => {
    const parameters = new Map(written.parameters.map(({ name }) => [name, weight(prefix + name)]));
    const keep = dropping && keeping(rate, place + 1000 * (k + 1), dropping);
    /** An example's steps in the order in which the cell reads them. */
    const order = Array.from({ length: steps }, (_, t) => (direction === 'forward' ? t : steps - 1 - t));
    const recordings = Array.from({ length: size }, (_, example): Recording => {
      const all: Values =
        keep === undefined ? parameters : new Map([...parameters, ...kept(keep, example, sizes)]);
      return run(
        graph,
        sizes,
        all,
        order.map((step) => at(input, input.values, example, step)),
        {
          rounded,
          ...(input.mask && { mask: order.map((step) => input.mask?.[example * steps + step] !== false) }),
        },
      );
    });
    for (const [example, recording] of recordings.entries())
      for (const [t, step] of order.entries()) {
        if (!sequences && t < steps - 1) continue;
        at(made, made.values, example, sequences ? step : 0).set(outputOf(recording, t), k * units);
      }
    return { prefix, order, recordings };
  });

  return {
    output: made,
    back: (towards) => {
      const towardsInput = new Float64Array(input.values.length);
      for (const [k, { prefix, order, recordings }] of read.entries())
        for (const [example, recording] of recordings.entries()) {
          const seeds = order.map((step, t) =>
            sequences || t === steps - 1
              ? at(made, towards, example, sequences ? step : 0).subarray(k * units, (k + 1) * units)
              : undefined,
          );
          const { parameters, inputs } = backThroughTime(recording, seeds);
          for (const { name } of written.parameters) addTo(prefix + name, 0, parameters.get(name) ?? []);
          for (const [t, step] of order.entries()) {
            const sum = at(input, towardsInput, example, step);
            sum.set(sum.map((value, feature) => value + (inputs[t]?.[feature] as number)));
          }
        }
      return towardsInput;
    },
  };
};

/** What one example's products inside the loop multiply what they read by, the same at all steps. */
function kept(
  keep: (index: number) => number,
  example: number,
  sizes: { readonly input: number; readonly units: number },
): Map<string, Float64Array> {
  const vector = (size: number) => Float64Array.from({ length: size }, (_, k) => keep(example * size + k));
  return new Map([
    [KEEP.units, vector(sizes.units)],
    [KEEP.input, vector(sizes.input)],
  ]);
}
