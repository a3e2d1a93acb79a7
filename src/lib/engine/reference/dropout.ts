import type { DropoutLayer } from '../architecture.ts';
import { keyOf, stays, threshold } from '../chance.ts';
import type { Pass } from './activity.ts';

/** What every element is multiplied by. @param index an element's place, as `chance.ts` counts it */
export function keeping(
  rate: number,
  place: number,
  { seed, step }: { readonly seed: number; readonly step: number },
): (index: number) => number {
  const key = keyOf(seed, place, step);
  const limit = threshold(rate);
  return (index) => (stays(key, index, limit) ? 1 / (1 - rate) : 0);
}

export const passDropout: Pass<DropoutLayer> = ({ rate, spatial }, input, { place, dropout }) => {
  if (dropout === undefined || rate === 0) return { output: input, back: (towards) => towards };
  const { steps, features } = input;
  const keep = keeping(rate, place, dropout);
  const example = steps * features;
  const factors = input.values.map((_, index) =>
    keep(spatial ? Math.floor(index / example) * features + (index % features) : index),
  );
  const scaled = (values: Float64Array) => values.map((value, k) => value * (factors[k] as number));
  return { output: { ...input, values: scaled(input.values) }, back: scaled };
};
