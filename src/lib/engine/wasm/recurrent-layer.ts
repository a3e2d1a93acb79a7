import { cellsOf, type RecurrentLayer } from '../architecture.ts';
import { type Block, columnsOf } from './block.ts';
import type { LayerPlace, Part } from './part.ts';
import { putCell } from './recurrent.ts';
import type { Tape } from './tape.ts';

/** A recurrent layer: one cell, or two that read in opposite directions and whose outputs stand side by side. */
export function putRecurrent(layer: RecurrentLayer, place: LayerPlace): Part {
  const [first, ...others] = cellsOf(layer).map((_, k) => putOne(layer, place, k));
  if (first === undefined) throw new Error(`${layer.name} has no cell.`);
  const cells = [first, ...others];
  if (others.length === 0) return first.part;
  const { units } = layer;
  const { rows } = first.part.output;
  const output = place.memory.block('both outputs', rows, cells.length * units);
  const side = (block: Block, k: number) => columnsOf(block, k * units, units);
  return {
    output,
    steps: first.part.steps,
    forward: (tape) => {
      for (const [k, { part }] of cells.entries()) {
        part.forward(tape);
        tape.map('copy', side(output, k), part.output);
      }
    },
    backward: (tape, gradient) => {
      const { inputGradient } = place;
      for (const [k, { part, towardsInput }] of cells.entries()) {
        part.backward(tape, side(gradient, k));
        if (k > 0 && inputGradient !== undefined && towardsInput !== undefined)
          tape.zip('add', inputGradient, inputGradient, towardsInput);
      }
    },
  };
}

/** One cell, and where its own part of the input's gradient is. */
function putOne(layer: RecurrentLayer, place: LayerPlace, k: number) {
  const { equations, units, sequences, direction } = layer;
  const { memory, inputGradient, input } = place;
  const isBoth = direction === 'both';
  const own = isBoth ? (k === 0 ? 'forward' : 'backward') : direction;
  const named = (names: readonly string[]) => (isBoth ? names.map((name) => `${own}.${name}`) : names);
  const towardsInput =
    k === 0 || inputGradient === undefined
      ? inputGradient
      : memory.block('dx of the other direction', input.rows, input.columns);
  const keeps = keepsOf(layer, place, k);
  const part = putCell(
    { equations, units, direction: own, sequences },
    {
      ...place,
      inputGradient: towardsInput,
      weights: (...names) => place.weights(...named(names)),
      gradients: (...names) => place.gradients(...named(names)),
      keep: keeps?.of,
    },
  );
  return {
    towardsInput,
    part: {
      ...part,
      steps: sequences ? place.steps : 1,
      forward: (tape: Tape): void => {
        keeps?.draw(tape);
        part.forward(tape);
      },
    },
  };
}

/** What recurrent dropout multiplies by; one vector an example for each size that is asked for. */
function keepsOf(
  { recurrentDropout: rate }: RecurrentLayer,
  { memory, batch, chance }: LayerPlace,
  k: number,
) {
  if (chance === undefined || rate === 0) return undefined;
  const drawn = { ...chance(1000 * (k + 1)), batch, rate, stepStride: 0 };
  const blocks = new Map<number, Block>();
  return {
    of: (size: number): Block => {
      const block = blocks.get(size) ?? memory.block(`kept of ${size}`, batch, size);
      blocks.set(size, block);
      return block;
    },
    draw: (tape: Tape): void => {
      for (const [size, block] of blocks) {
        tape.fill(block, 1);
        tape.keep({ out: block, a: block, exampleStride: size, ...drawn });
      }
    },
  };
}
