import { findCell } from '../../../src/lib/cells/index.ts';
import type {
  Activation,
  Architecture,
  ConvolutionLayer,
  DenseLayer,
  DropoutLayer,
  EmbeddingLayer,
  Layer,
  PoolingLayer,
  RecurrentLayer,
} from '../../../src/lib/engine/architecture.ts';

/** Layers, by what is odd about them. */
export const words = (odd: Partial<EmbeddingLayer> = {}): EmbeddingLayer => ({
  kind: 'embedding',
  name: 'words',
  vocabulary: 11,
  size: 3,
  trained: true,
  masked: true,
  ...odd,
});
export const cell = (id: string, odd: Partial<RecurrentLayer> = {}): RecurrentLayer => ({
  kind: 'recurrent',
  name: 'cell',
  equations: findCell(id).equations,
  units: 5,
  direction: 'forward',
  sequences: false,
  recurrentDropout: 0,
  starts: [],
  ...odd,
});
export const convolution = (odd: Partial<ConvolutionLayer> = {}): ConvolutionLayer => ({
  kind: 'convolution',
  name: 'convolution',
  filters: 6,
  width: 3,
  padding: 'same',
  activation: 'relu',
  ...odd,
});
export const dropout = (name: string, rate: number, spatial = false): DropoutLayer => ({
  kind: 'dropout',
  name,
  rate,
  spatial,
});
export const pooling = (take: PoolingLayer['take']): PoolingLayer => ({
  kind: 'pooling',
  name: 'pooling',
  take,
});
export const dense = (name: string, units: number, activation: Activation = 'linear'): DenseLayer => ({
  kind: 'dense',
  name,
  units,
  activation,
});
export const model = (
  layers: readonly Layer[],
  loss: Architecture['loss'] = 'verdict',
  input: Architecture['input'] = 'ids',
): Architecture => ({ input, layers, loss });

/** The standard classifier. */
export const classifier = (id: string, { size = 32, units = 32, vocabulary = 4000 } = {}): Architecture =>
  model([words({ size, vocabulary }), cell(id, { units }), dense('head', 1)]);

/** What a batch of a model is like; `madeUpExamples` makes it up. */
export interface Odd {
  readonly padded?: boolean;
  readonly marked?: boolean;
  readonly dropped?: boolean;
}

const dropping: readonly Layer[] = [
  words({ size: 5 }),
  dropout('features', 0.3, true),
  cell('lstm', { sequences: true, recurrentDropout: 0.25 }),
  dropout('elements', 0.5),
  cell('gru-reset-after', { name: 'second', direction: 'both', units: 3, recurrentDropout: 0.4 }),
  dropout('last', 0.2),
  dense('head', 1),
];

/** Every layer, loss and way to join them; sizes that no texel of four divides. */
export const MODELS: readonly (readonly [name: string, Architecture, Odd])[] = [
  ['a classifier', classifier('lstm', { size: 3, units: 5, vocabulary: 11 }), { padded: true }],
  [
    'a mean of word vectors',
    model([words({ size: 5 }), pooling('mean'), dense('head', 1)]),
    { padded: true },
  ],
  [
    'a convolution, its largest value',
    model([words({ size: 6, masked: false }), convolution({ width: 4 }), pooling('max'), dense('head', 1)]),
    {},
  ],
  [
    'valid convolutions, an answer at every step that they leave',
    model(
      [
        convolution({ padding: 'valid', width: 2, activation: 'sigmoid' }),
        convolution({ name: 'second', padding: 'valid', width: 2, filters: 3, activation: 'tanh' }),
        dense('head', 2),
      ],
      'numbers',
      3,
    ),
    {},
  ],
  [
    'an even convolution, longer than the sequence',
    model(
      [words(), convolution({ width: 8, activation: 'tanh' }), pooling('mean'), dense('head', 3)],
      'classes',
    ),
    { padded: true },
  ],
  [
    'vectors, every activation, numbers',
    model(
      [
        cell('elman', { sequences: true }),
        dense('sigmoid', 7, 'sigmoid'),
        dense('tanh', 3, 'tanh'),
        dense('relu', 6, 'relu'),
        pooling('max'),
        dense('head', 2, 'tanh'),
      ],
      'numbers',
      2,
    ),
    {},
  ],
  [
    'a class a step, both directions, stacked',
    model(
      [
        words({ size: 4 }),
        cell('lstm', { direction: 'both', sequences: true }),
        cell('gru-reset-before', { name: 'second', direction: 'backward', sequences: true, units: 3 }),
        dense('head', 4),
      ],
      'classes',
    ),
    { padded: true },
  ],
  [
    'a verdict a step, some of which count',
    model([words(), cell('mgu', { sequences: true }), dense('head', 1)]),
    { padded: true, marked: true },
  ],
  [
    'numbers a step, frozen words',
    model(
      [words({ trained: false, size: 1 }), cell('jordan', { sequences: true }), dense('head', 3)],
      'numbers',
    ),
    { padded: true },
  ],
  [
    'both directions, last of each',
    model([cell('elman', { direction: 'both' }), dense('head', 1)], 'verdict', 5),
    {},
  ],
  ['every dropout', model(dropping), { padded: true, dropped: true }],
];
