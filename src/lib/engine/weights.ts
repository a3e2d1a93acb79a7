import type { TrainedModel } from './model.ts';

/** A cell's parameter among a model's variables; the dot keeps it apart from a layer. */
export function cellName(parameter: string): string {
  return `cell.${parameter}`;
}

/** A model's numbers by variable name: what a classifier, its gradients and a checkpoint's moments are keyed by. */
export function weightsOf({ parameters, embedding, head }: TrainedModel): Map<string, Float32Array> {
  return new Map([
    ['embedding.table', embedding],
    ...[...parameters].map(([name, values]): [string, Float32Array] => [cellName(name), values]),
    ['head.weights', head.weights],
    ['head.bias', Float32Array.of(head.bias)],
  ]);
}
