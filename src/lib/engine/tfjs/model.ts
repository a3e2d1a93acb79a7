import { Variable } from '@tensorflow/tfjs-core';
import {
  input as inputLayer,
  type LayersModel,
  type LayerVariable,
  layers,
  model as layersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import type { Architecture, Layer } from '../architecture.ts';
import type { Clock } from './layers/clock.ts';
import { Convolution } from './layers/convolution.ts';
import { Dropout } from './layers/dropout.ts';
import { Embedding } from './layers/embedding.ts';
import { Pooling } from './layers/pooling.ts';
import { Recurrent } from './layers/recurrent.ts';
import { plainLayer } from './plain.ts';

/** One variable of a model, as tfjs holds it. */
export interface Held {
  readonly variable: Variable;
  /** As the architecture has it, row-major. */
  readonly shape: readonly number[];
  readonly trained: boolean;
  /** Whether tfjs holds it the other way round: its dense layers multiply from the right, [size, units]. */
  readonly transposed: boolean;
  /** Whether tfjs drew its start itself. */
  readonly plain: boolean;
}

/** An ordinary tfjs model, and what its own kind doesn't say. */
export interface TfjsModel {
  readonly model: LayersModel;
  /** By our names, layer by layer. */
  readonly variables: ReadonlyMap<string, Held>;
  /** To be set to the batch under way before training on it: what is dropped follows from it. */
  readonly clock: Clock;
  /** The size of what each layer reads. */
  readonly inputSizes: readonly number[];
  /** What the last layer gives: numbers an answer, whether it answers at every step, whether padding is known there. */
  readonly last: { readonly size: number; readonly sequence: boolean; readonly masked: boolean };
}

type Maker<L> = (layer: L, place: number, clock: Clock) => layers.Layer;

/** THE table: each kind of layer as a tfjs layer, its weights at zero. */
const MAKERS: { readonly [Kind in Layer['kind']]: Maker<Layer & { readonly kind: Kind }> } = {
  embedding: ({ name, vocabulary, size, masked, trained }) =>
    new Embedding({ name, vocabulary, size, masked, trainable: trained }),
  dropout: ({ name, rate, spatial }, place, clock) => new Dropout({ name, rate, spatial, place, clock }),
  recurrent: ({ name, equations, units, direction, sequences, recurrentDropout }, place, clock) =>
    new Recurrent({ name, equations, units, direction, sequences, recurrentDropout, place, clock }),
  convolution: ({ name, filters, width, padding, activation }) =>
    new Convolution({ name, filters, width, padding, activation }),
  pooling: ({ name, take }) => new Pooling({ name, take }),
  dense: ({ name, units, activation }) =>
    layers.dense({ name, units, activation, kernelInitializer: 'zeros' }),
  plain: plainLayer,
};

/**
 * Builds a model of tfjs layers on tfjs's present backend; weights zero, but for layers of tfjs's own.
 *
 * @param steps the longest sequence: what a layer of tfjs's own that needs a fixed length is built for
 * @throws Error where a layer can't take what comes in; nothing is left behind then
 */
export function buildModel({ input, layers: stack }: Architecture, seed: number, steps: number): TfjsModel {
  const clock: Clock = { seed, step: 0 };
  const length = stack.some(({ kind }) => kind === 'plain') ? steps : null;
  const first =
    input === 'ids'
      ? inputLayer({ shape: [length], dtype: 'int32' })
      : inputLayer({ shape: [length, input], dtype: 'float32' });
  const made: layers.Layer[] = [];
  const symbols: SymbolicTensor[] = [first];
  try {
    for (const [place, layer] of stack.entries()) {
      // The table's type ties each kind to its own layer; TypeScript cannot follow that tie through a lookup.
      const tfjs = (MAKERS[layer.kind] as Maker<Layer>)(layer, place, clock);
      const symbol = tfjs.apply(symbols.at(-1) ?? first);
      if (Array.isArray(symbol) || symbol instanceof Variable)
        throw new Error(`${layer.name}: a layer has to give one tensor; this one gives several.`);
      made.push(tfjs);
      symbols.push(symbol as SymbolicTensor);
    }
  } catch (fault) {
    for (const layer of made) layer.dispose();
    throw fault;
  }

  const last = symbols.at(-1) ?? first;
  const [embedding] = stack;
  return {
    model: layersModel({ inputs: first, outputs: last }),
    variables: new Map(stack.flatMap((layer, place) => heldBy(layer, made[place]))),
    clock,
    inputSizes: symbols.map(({ shape }) => shape.at(-1) ?? 1),
    last: {
      size: last.shape.at(-1) ?? 1,
      sequence: last.shape.length === 3,
      masked:
        embedding?.kind === 'embedding' &&
        embedding.masked &&
        made.every((layer) => layer.supportsMasking) &&
        !stack.some(({ kind }) => kind === 'convolution'),
    },
  };
}

/** A layer's variables, by our names. */
function heldBy(layer: Layer, made: layers.Layer | undefined): readonly (readonly [string, Held])[] {
  const { kind, name } = layer;
  const dense = kind === 'dense';
  return (made?.weights ?? []).map((of, k) => {
    const own = dense ? ['weights', 'bias'][k] : of.originalName.split('/').at(-1);
    const shape = of.shape.map((size) => size ?? 1);
    const transposed = dense && shape.length === 2;
    const held: Held = {
      variable: variableOf(name, of),
      shape: transposed ? shape.toReversed() : shape,
      trained: of.trainable && (made?.trainable ?? true),
      transposed,
      plain: kind === 'plain',
    };
    return [`${name}.${own}`, held] as const;
  });
}

function variableOf(name: string, of: LayerVariable): Variable {
  const tensor = of.read();
  if (!(tensor instanceof Variable)) throw new Error(`${name}: tfjs holds ${of.name} in no variable`);
  return tensor;
}
