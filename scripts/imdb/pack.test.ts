import { describe, expect, it } from 'vitest';
import { MOST_TOKENS, START } from '../../src/lib/imdb/format.ts';
import { decodeShard, decompress } from '../../src/lib/imdb/shard.ts';
import { makePack, type Sizes } from './pack.ts';
import type { SourceReview } from './source.ts';

const RECIPE = '0'.repeat(64);
const SMALL: Sizes = { training: [4, 6, 10], validation: 4, test: 8, reading: 4 };

/** Reviews of many lengths, told apart by a name at both ends. */
const source: SourceReview[] = Array.from({ length: 60 }, (_, k) => {
  const name = `${'abcdefghij'[k % 10]}${'klmnop'[Math.floor(k / 10)]}`;
  return { text: `Film ${name}.<br />${'word '.repeat(k)} ${name}!`, label: k % 2 === 0 ? 0 : 1 };
});
const { manifest, files } = makePack(source, SMALL, 3, RECIPE);

const text = (path: string) => new TextDecoder().decode(decompress(files.get(path) ?? new Uint8Array(), 1e6));
const words = text(manifest.vocabulary.path).split('\n');
const rows = ({ path, reviews }: { path: string; reviews: number }) => {
  const { ids, starts, labels } = decodeShard(files.get(path) ?? new Uint8Array(), {
    reviews,
    vocabularySize: manifest.vocabularySize,
  });
  return [...labels].map((label, k) => ({ label, ids: [...ids.subarray(starts[k], starts[k + 1])] }));
};

describe('a small pack', () => {
  it('has the sizes asked for', () => {
    expect(manifest.training.map(({ reviews }) => reviews)).toEqual([4, 6, 10]);
    expect(manifest.validation.reviews).toBe(4);
    expect(manifest.test.reviews).toBe(8);
    expect(manifest.reading.reviews).toBe(4);
    expect(files.size).toBe(7);
  });

  it('is the same to the byte whatever the order of the reviews, and another with another seed', () => {
    const again = makePack(source.toReversed(), SMALL, 3, RECIPE);
    expect(again).toEqual({ manifest, files });
    expect(makePack(source, SMALL, 4, RECIPE).manifest).not.toEqual(manifest);
  });

  it("takes the vocabulary from the training part only: each training review's own word, no other's", () => {
    const training = manifest.training.flatMap(rows);
    // "film", "word" and the 20 names of the training reviews.
    expect(words.length).toBe(22);
    expect(words[0]).toBe('word');
    expect(training.every(({ ids }) => !ids.includes(2))).toBe(true);
    for (const part of [manifest.validation, manifest.test]) {
      for (const { ids } of rows(part)) expect(ids.filter((id) => id === 2).length).toBe(2);
    }
  });

  it('begins with START exactly the reviews that it holds whole', () => {
    const ofLength = (length: number, label: 0 | 1): SourceReview => ({
      text: `${length}${label} ${'word '.repeat(length - 2)} ${length}${label}`,
      label,
    });
    const lengths = [...Array(20).keys()].map((k) => MOST_TOKENS - 10 + k);
    const pack = makePack(
      lengths.flatMap((length) => [ofLength(length, 0), ofLength(length, 1)]),
      { training: [2, 2, 26], validation: 4, test: 6, reading: 2 },
      1,
      RECIPE,
    );
    const all = [...pack.manifest.training, pack.manifest.validation, pack.manifest.test].flatMap((shard) => {
      const read = decodeShard(pack.files.get(shard.path) ?? new Uint8Array(), {
        reviews: shard.reviews,
        vocabularySize: pack.manifest.vocabularySize,
      });
      return [...read.labels].map((_, k) => [...read.ids.subarray(read.starts[k], read.starts[k + 1])]);
    });
    // Two each of 246 to 265 words; with START, 255 words are the most that stay whole.
    const whole = all.filter((ids) => ids[0] === START).map((ids) => ids.length);
    expect(whole.toSorted()).toEqual([...Array(20).keys()].map((k) => 247 + Math.floor(k / 2)));
    const cut = all.filter((ids) => ids[0] !== START);
    expect(cut.length).toBe(20);
    for (const ids of cut) expect(ids.length).toBe(MOST_TOKENS);
  });

  it('holds the first test reviews in their original words', () => {
    const texts: unknown = JSON.parse(text(manifest.reading.path));
    if (!Array.isArray(texts)) throw new Error('The texts are a list.');
    expect(texts.length).toBe(4);
    const test = rows(manifest.test).slice(0, 4);
    for (const [k, original] of texts.entries()) {
      const found = source.find((review) => review.text === original);
      expect(found?.label).toBe(test[k]?.label);
    }
    expect(test.filter(({ label }) => label === 1).length).toBe(2);
  });
});
