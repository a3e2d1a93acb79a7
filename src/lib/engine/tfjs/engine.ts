import { parse } from '../../equations/parse.ts';
import {
  type Architecture,
  cellsOf,
  type Layer,
  type Value,
  valuesOf,
  variablesOf,
} from '../architecture.ts';
import type { Engine } from '../engine.ts';
import type { Limits } from '../learner.ts';
import { buildTfjsLearner } from './learner.ts';

/** Plain tfjs on its present backend. @param whenLost rejects when the backend's device is taken away */
export function tfjsEngine(whenLost?: Promise<never>): Engine {
  return {
    name: 'tfjs',
    build: (architecture, schedule, limits) => buildTfjsLearner(architecture, schedule, limits, whenLost),
    forecast,
  };
}

const FLOAT_BYTES = 4;

/**
 * Weights, gradients and moments; and what tfjs keeps for the way back, which is the value of each operation.
 * What a layer of tfjs's own takes, only tfjs knows: a model with one is forecast by what stands before it.
 */
function forecast({ layers, ...rest }: Architecture, { size, tokens }: Limits): number {
  const plain = layers.findIndex(({ kind }) => kind === 'plain');
  const architecture = { ...rest, layers: plain < 0 ? layers : layers.slice(0, plain) };
  const weights = variablesOf(architecture).reduce(
    (sum, { shape, trained }) => sum + (trained ? 4 : 1) * shape.reduce((a, b) => a * b, 1),
    0,
  );
  const values = valuesOf(architecture);
  const kept = architecture.layers.reduce((sum, layer, place) => {
    const value = values[place] as Value;
    return sum + keptBy(layer, value) * size * (value.sequence ? tokens : 1);
  }, 0);
  return FLOAT_BYTES * (weights + kept);
}

/** Numbers that a layer leaves for each step of an example. */
function keptBy(layer: Layer, { size }: Value): number {
  switch (layer.kind) {
    case 'embedding':
      return layer.size;
    case 'dropout':
      return 2 * size;
    case 'recurrent':
      return cellsOf(layer).length * parse(layer.equations).nodes.length * Math.max(layer.units, size);
    case 'convolution':
      return layer.width * size + 2 * layer.filters;
    case 'dense':
      return 2 * layer.units;
    case 'pooling':
    case 'plain':
      return size;
  }
}
