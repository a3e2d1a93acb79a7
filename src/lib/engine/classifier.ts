import { reshape, Tensor, type Tensor2D, tensor, tensor2d, tidy, Variable } from '@tensorflow/tfjs-core';
import {
  input,
  type LayersModel,
  type LayerVariable,
  layers,
  model as layersModel,
} from '@tensorflow/tfjs-layers';
import type { Configuration } from './configuration.ts';
import { type Clock, Dropout } from './dropout.ts';
import { Embedding } from './embedding.ts';
import type { TrainedModel } from './model.ts';
import { Recurrent } from './recurrent.ts';
import { cellName, weightsOf } from './weights.ts';

/** A model that says of a review whether it is positive, on tfjs's present backend. */
export interface Classifier {
  /** Ids [batch, steps] to log-odds [batch, 1]. */
  readonly model: LayersModel;
  /** Everything trained, by the names that `weightsOf` and a checkpoint's moments use. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** To be set to the batch under way before training on it: what is dropped follows from it. */
  readonly clock: Clock;
}

/** Embedding, dropout, the cell, dropout, one logit; all weights zero until `setWeights`. */
export function buildClassifier(configuration: Configuration): Classifier {
  const { equations, units, embedding: size, vocabulary, tokens, dropout: rate, seed } = configuration;
  const clock: Clock = { step: 0 };
  const table = new Embedding({ vocabulary, size });
  const recurrent = new Recurrent({ equations, units });
  const head = layers.dense({ units: 1, kernelInitializer: 'zeros' });
  // Layers are named by tfjs, which caches what it knows of a model by its layers' names.
  const stack = [
    table,
    new Dropout({ rate, clock, seed }),
    recurrent,
    new Dropout({ rate, clock, seed: ~seed }),
    head,
  ];
  const ids = input({ shape: [tokens], dtype: 'int32' });
  const logits = stack.reduce((symbol, layer) => layer.apply(symbol) as typeof ids, ids);

  const [words] = table.weights;
  const [weights, bias] = head.weights;
  const named: [string, LayerVariable | undefined][] = [
    ['embedding.table', words],
    ...[...recurrent.variables].map(([name, variable]): [string, LayerVariable] => [
      cellName(name),
      variable,
    ]),
    ['head.weights', weights],
    ['head.bias', bias],
  ];
  return {
    model: layersModel({ inputs: ids, outputs: logits }),
    variables: new Map(named.map(([name, variable]) => [name, variableOf(name, variable)])),
    clock,
  };
}

function variableOf(name: string, of: LayerVariable | undefined): Variable {
  const tensor = of?.read();
  if (!(tensor instanceof Variable)) throw new Error(`the model has no variable for ${name}`);
  return tensor;
}

/** @throws Error where a weight is missing or has the wrong size */
export function setWeights({ variables }: Classifier, model: TrainedModel): void {
  const weights = weightsOf(model);
  for (const [name, variable] of variables) {
    const values = weights.get(name);
    if (values?.length !== variable.size)
      throw new Error(
        `${name} has ${values?.length ?? 'no'} numbers, expected ${variable.size} ([${variable.shape}]). Do these weights belong to these equations and sizes?`,
      );
    tidy(() => variable.assign(tensor(values, variable.shape)));
  }
}

/** Reads the present weights back. `of` says what kind of model it is; only its numbers are replaced. */
export async function trainedModel({ variables }: Classifier, of: TrainedModel): Promise<TrainedModel> {
  const read = async (name: string): Promise<Float32Array> => {
    const variable = variables.get(name);
    if (variable === undefined) throw new Error(`the model has no variable ${name}`);
    return (await variable.data()) as Float32Array;
  };
  const parameters = new Map<string, Float32Array>();
  for (const name of of.parameters.keys()) parameters.set(name, await read(cellName(name)));
  const [bias = 0] = await read('head.bias');
  return {
    ...of,
    parameters,
    embedding: await read('embedding.table'),
    head: { weights: await read('head.weights'), bias },
  };
}

/** Log-odds [batch] of a batch of ids. */
export function logitsOf(
  { model }: Classifier,
  batch: { readonly ids: Int32Array; readonly size: number; readonly tokens: number },
  training: boolean,
): Tensor {
  const ids: Tensor2D = tensor2d(batch.ids, [batch.size, batch.tokens], 'int32');
  const logits = model.apply(ids, { training });
  if (!(logits instanceof Tensor)) throw new Error('the model was expected to give one tensor of log-odds');
  return reshape(logits, [batch.size]);
}

export function disposeClassifier({ model }: Classifier): void {
  model.dispose();
}
