import { type Architecture, type Layer, type Value, valuesOf } from '../architecture.ts';
import type { Limits, Schedule } from '../learner.ts';

/**
 * The same for every engine, so that a run can move between them. A tape has instructions for every step; past this it
 * would be longer than what it computes.
 */
const MOST_STEPS = 4096;

const count = (what: string, value: number): void => {
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${what} is ${value}; expected a whole number from 1 on.`);
};

const share = (what: string, value: number): void => {
  if (!(value >= 0 && value < 1)) throw new Error(`${what} is ${value}; expected a share from 0 to below 1.`);
};

/** What of each kind of layer has to be a sensible number. */
const CHECKS: { readonly [Kind in Layer['kind']]?: (layer: Layer & { readonly kind: Kind }) => void } = {
  embedding: ({ name, vocabulary, size }) => {
    count(`${name}: the vocabulary`, vocabulary);
    count(`${name}: the vectors' size`, size);
  },
  dropout: ({ name, rate }) => share(`${name}: the rate`, rate),
  recurrent: ({ name, units, recurrentDropout }) => {
    count(`${name}: the number of units`, units);
    share(`${name}: the recurrent dropout`, recurrentDropout);
  },
  convolution: ({ name, filters, width }) => {
    count(`${name}: the number of filters`, filters);
    count(`${name}: the width`, width);
  },
  dense: ({ name, units }) => count(`${name}: the number of units`, units),
  plain: ({ name, className }) => {
    throw new Error(
      `${name}: only the plain tfjs engine has tfjs's layer ${className}. Choose that one, or another layer.`,
    );
  },
};

/**
 * Checks what can be checked before any memory is asked for.
 * @returns what comes out of the last layer
 * @throws Error that names the layer or size, what it is and what was expected
 */
export function checkModel(architecture: Architecture, { size, tokens }: Limits): Value {
  const { input, layers, loss } = architecture;
  count('the largest batch', size);
  count('the longest sequence', tokens);
  if (tokens > MOST_STEPS)
    throw new Error(`the longest sequence has ${tokens} steps; this engine takes up to ${MOST_STEPS}.`);
  if (input !== 'ids') count('the width of the vectors that come in', input);
  for (const layer of layers) (CHECKS[layer.kind] as ((layer: Layer) => void) | undefined)?.(layer);
  if (input === 'ids' && layers[0]?.kind !== 'embedding')
    throw new Error(
      `the model reads word ids, but its first layer is ${layers[0] ? `a ${layers[0].kind} layer, ${layers[0].name}` : 'none'}; put an embedding first.`,
    );
  const last = valuesOf(architecture).at(-1);
  if (last === undefined) throw new Error('the model has no layers.');
  if (loss === 'verdict' && last.size !== 1)
    throw new Error(`the last layer gives ${last.size} numbers; a verdict is one logit.`);
  return last;
}

/** @throws Error for a rate, a clipping norm or a seed that is none */
export function checkSchedule({ rate, clip, seed }: Schedule): void {
  if (!(rate > 0 && Number.isFinite(rate)))
    throw new Error(`the learning rate is ${rate}; expected a number above 0.`);
  if (!(clip > 0)) throw new Error(`the largest norm is ${clip}; expected a number above 0, or Infinity.`);
  if (!Number.isFinite(seed)) throw new Error(`the seed is ${seed}; expected a number.`);
}
