import { type Batch, batchesOf, batchOf, epochOrder } from '../imdb/batches.ts';
import type { Reviews } from '../imdb/format.ts';
import type { Configuration } from './configuration.ts';

/** The batches of a run, each following from the seed and its number alone. */
export interface Order {
  /** Batches of an epoch. */
  readonly anEpoch: number;
  /** Of the whole run. */
  readonly steps: number;
  /** Which reviews of the training part batch `step`, from 0, consists of. */
  indices(step: number): Uint32Array;
  batch(step: number): Batch;
}

export function orderOf(training: Reviews, configuration: Configuration): Order {
  const { batch: size, epochs, seed } = configuration;
  const count = training.labels.length;
  const anEpoch = Math.ceil(count / size);
  let shuffled: { readonly epoch: number; readonly batches: readonly Uint32Array[] } | undefined;
  const indices = (step: number): Uint32Array => {
    const epoch = Math.floor(step / anEpoch) + 1;
    if (shuffled?.epoch !== epoch)
      shuffled = { epoch, batches: batchesOf(epochOrder(count, seed, epoch), size) };
    return shuffled.batches[step % anEpoch] as Uint32Array;
  };
  return {
    anEpoch,
    steps: epochs * anEpoch,
    indices,
    batch: (step) => batchOf(training, indices(step), configuration),
  };
}
