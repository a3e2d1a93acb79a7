import { readFileSync } from 'node:fs';
import { findCell } from '../../cells/index.ts';
import type { Architecture, Layer, RecurrentLayer } from '../architecture.ts';
import type { Examples } from '../examples.ts';

type Numbers = Readonly<Record<string, readonly number[]>>;
/** As the figures have it: a cell of the list by its id, so that its equations stand in one place only. */
type WithCells =
  | Exclude<Layer, RecurrentLayer>
  | (Omit<RecurrentLayer, 'equations'> & { readonly cell: string });
export type StrangerArchitecture = Omit<Architecture, 'layers'> & { readonly layers: readonly WithCells[] };

interface Figures {
  readonly architecture: StrangerArchitecture;
  readonly examples: {
    readonly size: number;
    readonly tokens: number;
    readonly labels: readonly number[];
  } & {
    readonly [Part in 'ids' | 'vectors' | 'counted']?: readonly number[];
  };
  readonly weights: Numbers;
  readonly dropout?: { readonly seed: number; readonly step: number };
  readonly loss: number;
  readonly right: number;
  readonly outputs: readonly number[];
  readonly gradients: Numbers;
  readonly keras?: readonly number[];
}

/** A whole model on one batch, and what PyTorch found; made by scripts/reference/models.py. For tests, in Node. */
export interface StrangerModel {
  readonly name: string;
  readonly architecture: Architecture;
  readonly examples: Examples;
  readonly weights: ReadonlyMap<string, readonly number[]>;
  /** Where dropout comes from; nothing is dropped without it. */
  readonly dropout: { readonly seed: number; readonly step: number } | undefined;
  readonly loss: number;
  readonly right: number;
  readonly outputs: readonly number[];
  readonly gradients: ReadonlyMap<string, readonly number[]>;
  /** What Keras's own layers give, without dropout. */
  readonly keras: readonly number[] | undefined;
}

export function withEquations(architecture: StrangerArchitecture): Architecture {
  return {
    ...architecture,
    layers: architecture.layers.map((layer) => {
      if (layer.kind !== 'recurrent') return layer;
      const { cell, ...rest } = layer;
      return { ...rest, equations: findCell(cell).equations };
    }),
  };
}

function examplesOf({ size, tokens, labels, ids, vectors, counted }: Figures['examples']): Examples {
  return {
    size,
    tokens,
    labels: Float32Array.from(labels),
    ...(ids && { ids: Int32Array.from(ids) }),
    ...(vectors && { vectors: Float32Array.from(vectors) }),
    ...(counted && { counted: Float32Array.from(counted) }),
  };
}

const { models }: { readonly models: Readonly<Record<string, Figures>> } = JSON.parse(
  readFileSync(new URL('./figures/models.json', import.meta.url), 'utf8'),
);

export const STRANGER_MODELS: readonly StrangerModel[] = Object.entries(models).map(([name, figures]) => ({
  name,
  architecture: withEquations(figures.architecture),
  examples: examplesOf(figures.examples),
  weights: new Map(Object.entries(figures.weights)),
  dropout: figures.dropout,
  loss: figures.loss,
  right: figures.right,
  outputs: figures.outputs,
  gradients: new Map(Object.entries(figures.gradients)),
  keras: figures.keras,
}));
