import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Examples } from '../../../src/lib/engine/examples.ts';
import type { Case } from '../cases.ts';

/**
 * Random batches without padding, so that no engine is asked for masking. Ids are spread as words are in a text, by
 * Zipf's law (the k-th commonest word has a share that goes as 1/k): how often a batch repeats a word matters to the
 * embedding's gradient.
 */
export function randomBatches(
  of: Case,
  count: number,
): readonly Required<Pick<Examples, 'ids'>>[] & Examples[] {
  const { batch: size, steps: tokens, vocabulary } = of;
  const random = xoroshiro128plus(size * tokens);
  const draw = () => uniformFloat64(random);
  return Array.from({ length: count }, () => ({
    size,
    tokens,
    ids: Int32Array.from({ length: size * tokens }, () => Math.floor(vocabulary ** draw())),
    labels: Float32Array.from({ length: size }, () => Math.round(draw())),
  }));
}
