import type { DropoutLayer } from '../architecture.ts';
import type { LayerPlace, Part } from './part.ts';

/** Nothing where nothing is dropped. On the way back the same elements are dropped: the hash is asked again. */
export function putDropout({ rate, spatial }: DropoutLayer, place: LayerPlace): Part | undefined {
  const { memory, input, steps, batch, inputGradient, chance } = place;
  if (chance === undefined || rate === 0) return undefined;
  const size = input.columns;
  const output = memory.block('what is kept', input.rows, size);
  const exampleStride = spatial ? size : steps * size;
  const drawn = { ...chance(0), batch, rate, exampleStride, stepStride: spatial ? 0 : size };
  return {
    output,
    steps,
    forward: (tape) => tape.keep({ out: output, a: input, ...drawn }),
    backward: (tape, gradient) => {
      if (inputGradient !== undefined) tape.keep({ out: inputGradient, a: gradient, ...drawn });
    },
  };
}
