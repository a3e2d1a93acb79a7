import { add, mul, stack, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { batchesOf, batchOf } from '../imdb/batches.ts';
import type { Reviews } from '../imdb/format.ts';
import type { Limits } from '../imdb/limits.ts';
import { breathe } from './breathe.ts';
import { type Classifier, logitsOf } from './classifier.ts';
import { countRight, crossEntropy, margins } from './loss.ts';
import type { Score } from './protocol.ts';

/** Reviews read at once: enough that tfjs's cost for an operation counts little, few enough that messages are answered. */
const AT_ONCE = 64;

/**
 * Accuracy and mean loss over a part of the data, without dropout.
 *
 * @param ended asked between batches; once it says yes, nothing more is read
 * @returns undefined where it was ended
 */
export async function scoreOf(
  classifier: Classifier,
  reviews: Reviews,
  limits: Limits,
  ended: () => boolean = () => false,
): Promise<Score | undefined> {
  const count = reviews.labels.length;
  const everything = Uint32Array.from({ length: count }, (_, k) => k);
  let sums: Tensor = tensor1d([0, 0]);
  try {
    for (const indices of batchesOf(everything, AT_ONCE)) {
      if (ended()) return undefined;
      const batch = batchOf(reviews, indices, limits);
      const before = sums;
      sums = tidy(() => {
        const margin = margins(logitsOf(classifier, batch, false), tensor1d(batch.labels));
        return add(sums, stack([mul(crossEntropy(margin), batch.size), countRight(margin)]));
      });
      before.dispose();
      await breathe();
    }
    const [loss = Number.NaN, right = Number.NaN] = await sums.data();
    return { loss: loss / count, accuracy: right / count, reviews: count };
  } finally {
    sums.dispose();
  }
}
