import type { Architecture } from './architecture.ts';
import type { Configuration } from './configuration.ts';

/** The standard classifier of reviews: word vectors, any cell, one logit; dropout before and after the cell. */
export function architectureOf({
  equations,
  units,
  embedding: size,
  vocabulary,
  dropout: rate,
  starts,
}: Pick<
  Configuration,
  'equations' | 'units' | 'embedding' | 'vocabulary' | 'dropout' | 'starts'
>): Architecture {
  return {
    input: 'ids',
    layers: [
      { kind: 'embedding', name: 'embedding', vocabulary, size, trained: true, masked: true },
      { kind: 'dropout', name: 'word-dropout', rate, spatial: false },
      {
        kind: 'recurrent',
        name: 'cell',
        equations,
        units,
        direction: 'forward',
        sequences: false,
        recurrentDropout: 0,
        starts,
      },
      { kind: 'dropout', name: 'state-dropout', rate, spatial: false },
      { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
    ],
    loss: 'verdict',
  };
}
