import type { DenseLayer } from '../architecture.ts';
import type { Part, Place } from './part.ts';
import { buildTaps } from './taps.ts';

/** y = f(W x + b), of a sequence at every step: one tap. */
export function buildDense({ name, units, activation }: DenseLayer, place: Place): Part {
  const { size } = place.input;
  return buildTaps(
    {
      units,
      width: 1,
      before: 0,
      lost: 0,
      activation,
      weights: (_tap, unit, feature) => unit * size + feature,
      strides: { unit: size, feature: 1 },
      names: { weights: `${name}.weights`, bias: `${name}.bias` },
    },
    place,
    true,
  );
}
