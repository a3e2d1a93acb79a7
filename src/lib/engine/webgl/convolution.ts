import type { ConvolutionLayer } from '../architecture.ts';
import type { Part, Place } from './part.ts';
import { buildTaps } from './taps.ts';

/** y[t] = f(Σₖ x[t + k − before] K[k] + b). */
export function buildConvolution(layer: ConvolutionLayer, place: Place): Part {
  const { name, filters, width, padding, activation } = layer;
  const { size } = place.input;
  if (padding === 'valid' && width > place.most.steps)
    throw new Error(
      `${name}: a valid convolution of width ${width} over at most ${place.most.steps} steps leaves none. Give it longer sequences, or padding "same".`,
    );
  return buildTaps(
    {
      units: filters,
      width,
      before: padding === 'same' ? Math.floor((width - 1) / 2) : 0,
      lost: padding === 'same' ? 0 : width - 1,
      activation,
      weights: (tap, unit, feature) => (tap * size + feature) * filters + unit,
      strides: { unit: 1, feature: filters },
      names: { weights: `${name}.kernel`, bias: `${name}.bias` },
    },
    place,
    false,
  );
}
