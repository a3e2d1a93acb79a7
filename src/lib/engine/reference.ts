import { output, run } from '../equations/numbers.ts';
import { sigmoid, softplus } from '../equations/operations.ts';
import { parse } from '../equations/parse.ts';
import { backThroughTime } from '../equations/through-time.ts';
import { PAD } from '../imdb/format.ts';
import type { TrainedModel } from './model.ts';
import type { Examples } from './step.ts';
import { cellName, weightsOf } from './weights.ts';

/** Loss and gradients of one batch. */
export interface Known {
  readonly loss: number;
  /** By variable name, as a classifier has them; zeros for what reaches no loss. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

/**
 * What a batch's loss and gradients must be: the whole model, without dropout, in float64 through the `numbers` and
 * `gradient` meanings. Every engine is held against it.
 */
export function knownLesson(model: TrainedModel, { ids, labels, size, tokens }: Examples): Known {
  const { sizes, embedding, head } = model;
  const { input, units } = sizes;
  const graph = parse(model.equations);
  const gradients = new Map(
    [...weightsOf(model)].map(([name, values]) => [name, new Float64Array(values.length)]),
  );
  const addTo = (name: string, offset: number, values: ArrayLike<number>): void => {
    const sums = gradients.get(name);
    if (sums === undefined) throw new Error(`the model has no variable ${name}`);
    for (let k = 0; k < values.length; k++) sums[offset + k] = (sums[offset + k] ?? 0) + (values[k] ?? 0);
  };

  let loss = 0;
  for (let row = 0; row < size; row++) {
    const words = ids.subarray(row * tokens, (row + 1) * tokens);
    const recording = run(
      graph,
      sizes,
      model.parameters,
      Array.from(words, (id) => embedding.subarray(id * input, (id + 1) * input)),
      { mask: Array.from(words, (id) => id !== PAD) },
    );
    const last = output(recording, tokens - 1);
    const logit = last.reduce((sum, value, unit) => sum + value * (head.weights[unit] ?? 0), head.bias);
    const side = 2 * (labels[row] ?? 0) - 1;
    loss += softplus(-side * logit) / size;

    const towardsLogit = (-side * sigmoid(-side * logit)) / size;
    addTo('head.bias', 0, [towardsLogit]);
    addTo(
      'head.weights',
      0,
      last.map((value) => towardsLogit * value),
    );
    const seeds = new Array<Float64Array | undefined>(tokens).fill(undefined);
    seeds[tokens - 1] = Float64Array.from(
      { length: units },
      (_, unit) => towardsLogit * (head.weights[unit] ?? 0),
    );
    const back = backThroughTime(recording, seeds);
    for (const [name, values] of back.parameters) addTo(cellName(name), 0, values);
    for (const [step, values] of back.inputs.entries()) {
      const id = words[step] ?? PAD;
      if (id !== PAD) addTo('embedding', id * input, values);
    }
  }
  return { loss, gradients };
}
