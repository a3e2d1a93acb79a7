import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FIRST_WORD,
  type Manifest,
  MOST_TOKENS,
  OUT_OF_VOCABULARY,
  type Reviews,
  START,
} from '../../src/lib/imdb/format.ts';
import { type DataPack, openPack } from '../../src/lib/imdb/load.ts';
import { wordsOf } from '../../src/lib/imdb/tokens.ts';
import { encode, type Vocabulary } from '../../src/lib/imdb/vocabulary.ts';
import { ensurePack, filesOf, PACK_FOLDER, recipe } from './folder.ts';
import { folderFetch } from './folder-fetch.ts';
import { makePack } from './pack.ts';

describe('the real pack', () => {
  let manifest: Manifest;
  let pack: DataPack;
  let vocabulary: Vocabulary;
  let training: Reviews;
  let validation: Reviews;
  let test: Reviews;

  beforeAll(async () => {
    manifest = ensurePack().manifest;
    pack = await openPack(pathToFileURL(join(PACK_FOLDER, 'manifest.json')), { fetch: folderFetch });
    vocabulary = await pack.vocabulary();
    training = await pack.training(20_000);
    validation = await pack.validation();
    test = await pack.test();
  }, 120_000);

  const row = ({ ids, starts }: Reviews, k: number) => ids.subarray(starts[k], starts[k + 1]);
  const rows = (part: Reviews) => Array.from(part.labels, (_, k) => row(part, k));
  const share = (labels: Uint8Array) => labels.reduce((sum, label) => sum + label, 0) / labels.length;

  it('is the pack that every machine makes: the names carry the hashes', () => {
    expect(filesOf(manifest).map(({ path }) => path)).toMatchInlineSnapshot(`
      [
        "vocabulary.6dcc6d2afbf3.bin",
        "training-1.5e829a1f7382.bin",
        "training-2.12288ab7d252.bin",
        "training-3.18d1e9bf3d6b.bin",
        "validation.74e03574191a.bin",
        "test.aa9f2557a172.bin",
        "reading.5e19569e5fe3.bin",
      ]
    `);
  });

  it('keeps the quick start under 600 kB over the wire', () => {
    const [first] = manifest.training;
    const bytes =
      statSync(join(PACK_FOLDER, 'manifest.json')).size +
      manifest.vocabulary.bytes +
      (first?.bytes ?? Infinity);
    expect(bytes).toBeLessThan(600_000);
  });

  it('has its sizes, each part and each training shard half positive', () => {
    expect(training.labels.length).toBe(20_000);
    expect(validation.labels.length).toBe(2_000);
    expect(test.labels.length).toBe(3_000);
    for (const labels of [
      training.labels.subarray(0, 2_000),
      training.labels.subarray(2_000, 8_000),
      training.labels.subarray(8_000),
      validation.labels,
      test.labels,
      test.labels.subarray(0, 300),
    ]) {
      expect(share(labels)).toBe(0.5);
    }
  });

  it('has no review twice, in one part or in two, not even as ids', () => {
    const all = [training, validation, test].flatMap(rows).map((ids) => ids.join(' '));
    expect(new Set(all).size).toBe(25_000);
  });

  it('numbers words by how often the training part has them, ties by the word, and every word occurs there', () => {
    const times = new Uint32Array(manifest.vocabularySize);
    for (const id of training.ids) times[id] = (times[id] ?? 0) + 1;
    expect(manifest.vocabularySize).toBe(10_000);
    for (let id = FIRST_WORD; id < manifest.vocabularySize; id += 1) {
      expect(times[id]).toBeGreaterThan(0);
      if (id === FIRST_WORD) continue;
      const more = (times[id - 1] ?? 0) - (times[id] ?? 0);
      const inOrder =
        more > 0 || (more === 0 && (vocabulary.word(id - 1) ?? '') < (vocabulary.word(id) ?? ''));
      expect(inOrder, `${vocabulary.word(id - 1)} before ${vocabulary.word(id)}`).toBe(true);
    }
  });

  it('begins with START exactly the reviews that it holds whole', () => {
    for (const ids of [training, validation, test].flatMap(rows)) {
      expect(ids[0] === START || ids.length === MOST_TOKENS).toBe(true);
      expect(ids.indexOf(START, 1)).toBe(-1);
    }
  });

  it('has the first 300 test reviews in words that become the very ids of the test part', async () => {
    const texts = await pack.reading();
    expect(texts.length).toBe(300);
    for (const [k, text] of texts.entries()) {
      expect(encode(wordsOf(text), vocabulary).slice(-MOST_TOKENS)).toEqual(row(test, k));
    }
  });

  it('leaves few words of unseen reviews out of the vocabulary', () => {
    const unknown = test.ids.filter((id) => id === OUT_OF_VOCABULARY).length / test.ids.length;
    // Measured: 5.5 % of the test part, 5.3 % of the training part.
    expect(unknown).toBeLessThan(0.06);
  });
});

describe('the folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pack-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const source = Array.from(
    { length: 40 },
    (_, k) => ({ text: `review ${k}`, label: k % 2 === 0 ? 0 : 1 }) as const,
  );
  const make = vi.fn((recipe: string) =>
    makePack(source, { training: [2, 2, 4], validation: 2, test: 4, reading: 2 }, 1, recipe),
  );
  const ensure = () => ensurePack(folder, make).made;

  it('is made once', () => {
    expect(ensure()).toBe(true);
    const names = readdirSync(folder);
    expect(names.length).toBe(8);
    const begun = performance.now();
    expect(ensure()).toBe(false);
    expect(performance.now() - begun).toBeLessThan(500);
    expect(readdirSync(folder)).toEqual(names);
  });

  it.each([
    ['a file is missing', (path: string) => rmSync(path)],
    ['a file is damaged', (path: string) => writeFileSync(path, 'x')],
    ['the manifest is missing', () => rmSync(join(folder, 'manifest.json'))],
    ['the manifest is none', () => writeFileSync(join(folder, 'manifest.json'), '{')],
    ['the manifest comes from another recipe', () => edit((text) => text.replace(recipe(), 'f'.repeat(64)))],
  ])('is made again, the same, when %s', (_, harm) => {
    const { manifest } = ensurePack(folder, make);
    const before = contents();
    harm(join(folder, manifest.test.path));
    expect(contents()).not.toEqual(before);
    expect(ensure()).toBe(true);
    expect(contents()).toEqual(before);
  });

  it('loses the files of an older pack', () => {
    ensure();
    writeFileSync(join(folder, 'test.000000000000.bin'), 'old');
    edit((text) => text.replace(recipe(), 'f'.repeat(64)));
    ensure();
    expect(readdirSync(folder)).not.toContain('test.000000000000.bin');
  });

  const contents = () =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]);
  const edit = (change: (text: string) => string) => {
    const path = join(folder, 'manifest.json');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };
});
