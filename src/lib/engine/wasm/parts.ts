import type { Layer } from '../architecture.ts';
import { putConvolution } from './convolution.ts';
import { putDense } from './dense.ts';
import { putDropout } from './dropout.ts';
import type { LayerPlace, Part } from './part.ts';
import { putPooling } from './pooling.ts';
import { putRecurrent } from './recurrent-layer.ts';

/** Puts a layer on the tape; nothing where it changes nothing. */
type Put<L> = (layer: L, place: LayerPlace) => Part | undefined;

const PARTS: { readonly [Kind in Layer['kind']]: Put<Layer & { readonly kind: Kind }> } = {
  embedding: ({ name }) => {
    throw new Error(`${name}: an embedding reads word ids, so it has to be a model's first layer.`);
  },
  dropout: putDropout,
  recurrent: putRecurrent,
  convolution: putConvolution,
  pooling: putPooling,
  dense: putDense,
  plain: ({ name }) => {
    throw new Error(`${name}: no tape has been taught to run a layer of tfjs's own.`);
  },
};

/** @throws Error for a layer that this engine doesn't have, naming it */
export function putLayer(layer: Layer, place: LayerPlace): Part | undefined {
  // The table's type ties each kind to its own layer; TypeScript cannot follow that tie through a lookup.
  return (PARTS[layer.kind] as Put<Layer>)(layer, place);
}
