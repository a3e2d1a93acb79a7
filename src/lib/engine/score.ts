import { softplus } from '../equations/operations.ts';
import { batchesOf, batchOf } from '../imdb/batches.ts';
import type { Reviews } from '../imdb/format.ts';
import { breathe } from './breathe.ts';
import type { Configuration } from './configuration.ts';
import type { Learner } from './learner.ts';
import type { Score } from './protocol.ts';
import { limitsOf } from './session.ts';

/**
 * Accuracy and mean loss over a part of the data, without dropout, in float64 from the learner's log-odds.
 *
 * @param ended asked between batches; once it says yes, nothing more is read
 * @returns undefined where it was ended
 */
export async function scoreOf(
  learner: Learner,
  reviews: Reviews,
  configuration: Configuration,
  ended: () => boolean = () => false,
): Promise<Score | undefined> {
  const count = reviews.labels.length;
  const everything = Uint32Array.from({ length: count }, (_, k) => k);
  let loss = 0;
  let right = 0;
  for (const indices of batchesOf(everything, limitsOf(configuration).size)) {
    if (ended()) return undefined;
    const batch = batchOf(reviews, indices, configuration);
    const logits = await learner.outputs(batch);
    batch.labels.forEach((label, row) => {
      // How far the log-odds lean to the right side: the loss is log(1 + e^-margin).
      const margin = (2 * label - 1) * (logits[row] ?? Number.NaN);
      loss += softplus(-margin);
      if (margin > 0) right += 1;
    });
    await breathe();
  }
  return { loss: loss / count, accuracy: right / count, reviews: count };
}
