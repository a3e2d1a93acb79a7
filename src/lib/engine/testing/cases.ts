import fc from 'fast-check';
import { cells } from '../../cells/index.ts';
import { cellText } from '../../equations/arbitrary.ts';
import type { Architecture, RecurrentLayer } from '../architecture.ts';
import { initialWeights } from '../initial-weights.ts';
import { madeUpBatch } from '../selftest.ts';
import type { Question } from './held.ts';
import { STRANGE_CELLS } from './strange-cells.ts';

/** A cell at sizes of its own. For tests. */
export interface Case extends Question {
  readonly name: string;
  readonly dropout: Question['dropout'];
}

/** As many of each as share no factor with the others where it matters, so that every pair comes to meet. */
const UNITS = [3, 1, 5, 33];
const BATCHES = [7, 1];
const STEPS = [2, 1, 7, 2, 1, 9, 2, 81, 3];
const INPUTS = [2, 3, 1, 5, 4];
const DIRECTIONS: readonly RecurrentLayer['direction'][] = ['forward', 'backward', 'both'];
const VOCABULARY = 12;

/**
 * The k-th cell at its sizes: each of them goes round by itself, so that together all come to meet. Every other cell
 * knows padding, some give sequences, some drop out what their loop multiplies.
 */
function caseOf(name: string, equations: string, k: number): Case {
  const at = <Value>(list: readonly Value[], place: number): Value => list[place % list.length] as Value;
  const [units, size, tokens] = [at(UNITS, k), at(BATCHES, k >> 1), at(STEPS, k)];
  const masked = k % 13 < 7;
  const sequences = k % 7 > 4;
  const dropping = k % 11 === 4;
  const architecture: Architecture = {
    input: 'ids',
    layers: [
      {
        kind: 'embedding',
        name: 'words',
        vocabulary: VOCABULARY,
        size: at(INPUTS, k),
        trained: true,
        masked,
      },
      {
        kind: 'recurrent',
        name: 'cell',
        equations,
        units,
        direction: at(DIRECTIONS, k),
        sequences,
        recurrentDropout: dropping ? 0.3 : 0,
        starts: [],
      },
      ...(sequences ? [{ kind: 'pooling', name: 'mean', take: 'mean' } as const] : []),
      { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
    ],
    loss: 'verdict',
  };
  return {
    name: `${name}: ${units} units, batch ${size}, ${tokens} steps${masked ? '' : ', no mask'}`,
    architecture,
    weights: spread(initialWeights(architecture, k)),
    examples: madeUpBatch({ batch: size, tokens, vocabulary: VOCABULARY, seed: k }),
    dropout: dropping ? { seed: k, step: 3 } : undefined,
  };
}

/** Away from zero, so that every derivative counts: no bias is left at zero, and words differ. */
function spread(weights: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map(
    [...weights].map(([name, values]) => [
      name,
      values.map((value, k) => (name === 'words.table' ? 10 : 1) * value + 0.1 * Math.sin(k + 1)),
    ]),
  );
}

const of = (named: readonly (readonly [string, string])[], from: number): readonly Case[] =>
  named.map(([name, equations], k) => caseOf(name, equations, from + k));

export const LISTED: readonly Case[] = of(
  cells.map(({ name, equations }) => [name, equations]),
  0,
);
export const STRANGE: readonly Case[] = of(STRANGE_CELLS, cells.length);
/** Well-formed, and as wild as they come: made at random, but always the same. */
export const RANDOM: readonly Case[] = of(
  fc.sample(cellText(), { seed: 6, numRuns: 200 }).map((text) => [text, text]),
  0,
);
