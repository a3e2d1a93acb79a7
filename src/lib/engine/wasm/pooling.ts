import type { PoolingLayer } from '../architecture.ts';
import { type Block, rowsOf } from './block.ts';
import type { LayerPlace, Part } from './part.ts';
import type { Tape } from './tape.ts';

const POOLINGS: Readonly<Record<PoolingLayer['take'], (place: LayerPlace) => Part>> = {
  max: putMax,
  mean: putMean,
};

export function putPooling({ take }: PoolingLayer, place: LayerPlace): Part {
  return POOLINGS[take](place);
}

function putMax({ memory, batch, input, inputGradient }: LayerPlace): Part {
  const output = memory.block('largest', batch, input.columns);
  const at = memory.block('step of the largest', batch, input.columns);
  return {
    output,
    steps: 1,
    forward: (tape) => tape.pool('firstMax', input, output, at),
    backward: (tape, gradient) => {
      if (inputGradient !== undefined) tape.pool('firstMaxBack', inputGradient, gradient, at);
    },
  };
}

/** A sum over the steps, each with its share: the same for all that are no padding. */
function putMean({ memory, batch, steps, input, inputGradient, mask }: LayerPlace): Part {
  const output = memory.block('mean', batch, input.columns);
  const at = (block: Block, t: number) => rowsOf(block, t * batch, batch);
  const equal = memory.number(1 / steps);
  const masked = mask && { mask, ...sharesOf(memory, mask, steps, batch) };
  const share = (t: number) => (masked === undefined ? equal : at(masked.shares, t));
  return {
    output,
    steps: 1,
    forward: (tape) => {
      masked?.divide(tape);
      for (let t = 0; t < steps; t++) tape.zip('mul', output, at(input, t), share(t), { accumulate: t > 0 });
    },
    backward: (tape, gradient) => {
      if (inputGradient === undefined) return;
      for (let t = 0; t < steps; t++) tape.zip('mul', at(inputGradient, t), gradient, share(t));
    },
  };
}

/** mask / Σ mask, [steps · batch, 1]; zero where an example is nothing but padding. */
function sharesOf(memory: LayerPlace['memory'], mask: Block, steps: number, batch: number) {
  const shares = memory.block('shares', steps * batch, 1);
  const count = memory.block('steps that are there', 1, batch);
  const one = memory.number(1);
  // Time-major, so a row a step: the sums over steps are sums of columns.
  const byStep = (block: Block): Block => ({ ...block, rows: steps, columns: batch, rowStride: batch });
  const divide = (tape: Tape): void => {
    tape.columnSums(count, byStep(mask));
    tape.zip('max', count, count, one);
    tape.zip('div', byStep(shares), byStep(mask), count);
  };
  return { shares, divide };
}
