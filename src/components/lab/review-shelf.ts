import type { Limits } from '../../lib/imdb/limits.ts';
import { openPack } from '../../lib/imdb/load.ts';
import type { Network } from '../../lib/imdb/network.ts';
import type { Watch } from '../../lib/imdb/retry.ts';
import { type ReviewView, viewReview } from '../../lib/imdb/view.ts';

/** Held-out reviews in their original words, to look at. */
export interface ReviewShelf {
  readonly count: number;
  text(index: number): string;
  isPositive(index: number): boolean;
  view(index: number, limits: Limits): ReviewView;
}

/**
 * Fetches the reviews that can be read, their labels and the vocabulary.
 *
 * @param manifest the data pack's address
 * @param tell how many bytes have come, of all that will
 * @throws Error whose message a reader can act on
 */
export async function openShelf(
  manifest: URL,
  network: Network,
  tell: (bytes: number, of: number) => void,
): Promise<ReviewShelf> {
  const pack = await openPack(manifest, network);
  const files = [pack.manifest.vocabulary, pack.manifest.reading, pack.manifest.test];
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  /** One file after the other, so that a reader who is offline is told once; their bytes are counted together. */
  const next = async <T>(
    { bytes }: { readonly bytes: number },
    get: (watch: Watch) => Promise<T>,
  ): Promise<T> => {
    const got = await get({ onProgress: (progress) => tell(before + progress.bytes, of) });
    before += bytes;
    return got;
  };
  const vocabulary = await next(pack.manifest.vocabulary, pack.vocabulary);
  const texts = await next(pack.manifest.reading, pack.reading);
  const { labels } = await next(pack.manifest.test, pack.test);

  const text = (index: number): string => {
    const found = texts[index];
    if (found === undefined)
      throw new RangeError(`There is no review ${index}; there are ${texts.length}, counted from 0.`);
    return found;
  };
  return {
    count: texts.length,
    text,
    isPositive: (index) => labels[index] === 1,
    view: (index, limits) => viewReview(text(index), vocabulary, limits),
  };
}
