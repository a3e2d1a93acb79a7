import * as v from 'valibot';
import { DamagedFile, download } from './download.ts';
import { FIRST_WORD, type File, Manifest, type Reviews, type Shard } from './format.ts';
import { type Network, responding } from './network.ts';
import { retrying, type Watch, waitOrOnline } from './retry.ts';
import { decompressed, join, mostPlain, readShard } from './shard.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';

/** How many reviews a run may learn from: what the first one, two or three training shards come to. */
export type TrainingSize = 2_000 | 8_000 | 20_000;

/**
 * An opened data pack. Every call loads only what it needs and has not been loaded yet; what was verified is
 * kept, so after a failure the same call goes on with what is missing.
 * Every call rejects with an Error whose message a reader can act on, or with the signal's reason.
 */
export interface DataPack {
  readonly manifest: Manifest;
  vocabulary(watch?: Watch): Promise<Vocabulary>;
  /** The first so many reviews to learn from: all that a run begins with. */
  training(reviews: TrainingSize, watch?: Watch): Promise<Reviews>;
  validation(watch?: Watch): Promise<Reviews>;
  test(watch?: Watch): Promise<Reviews>;
  /** The original words of the test part's first reviews: text k is test review k. Never to be shown as markup. */
  reading(watch?: Watch): Promise<readonly string[]>;
}

/**
 * Loads the manifest at this address (`.../imdb/manifest.json`) and offers what it lists. Runs in pages,
 * workers and Node.
 */
export async function openPack(
  address: URL | string,
  network: Network,
  watch: Watch = {},
): Promise<DataPack> {
  const url = new URL(address);
  const manifest = await loadManifest(url, network, watch);

  /** A file with what is made of it, fetched and read once in the pack's life. */
  const part = <T>(file: File, read: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>): Part<T> => {
    let content: { readonly read: T } | undefined;
    return {
      file,
      async get(watch, report) {
        if (content === undefined) {
          const bytes = await download(new URL(file.path, url), file, network, watch, report);
          content = { read: await reading(file, () => read(bytes)) };
        }
        report(file.bytes);
        return content.read;
      },
    };
  };
  const shard = (file: Shard) =>
    part(file, async (bytes) => {
      const { reviews } = file;
      const plain = await decompressed(bytes, mostPlain(reviews));
      return readShard(plain, { reviews, vocabularySize: manifest.vocabularySize });
    });
  const alone = async <T>(wanted: Part<T>, watch: Watch = {}) =>
    wanted.get(watch, progressOver([wanted.file], watch)(wanted.file));

  const vocabulary = part(manifest.vocabulary, (bytes) => readVocabulary(bytes, manifest.vocabularySize));
  const training = manifest.training.map(shard);
  const validation = shard(manifest.validation);
  const test = shard(manifest.test);
  const texts = part(manifest.reading, (bytes) => readTexts(bytes, manifest.reading.reviews));

  return {
    manifest,
    vocabulary: (watch) => alone(vocabulary, watch),
    async training(reviews, watch = {}) {
      const shards = training.slice(0, shardsFor(manifest, reviews));
      const report = progressOver(
        shards.map(({ file }) => file),
        watch,
      );
      const parts: Reviews[] = [];
      // One after the other: offline, a reader is told once, not once for each file.
      for (const wanted of shards) parts.push(await wanted.get(watch, report(wanted.file)));
      return join(parts);
    },
    validation: (watch) => alone(validation, watch),
    test: (watch) => alone(test, watch),
    reading: (watch) => alone(texts, watch),
  };
}

interface Part<T> {
  readonly file: File;
  get(watch: Watch, report: (bytes: number) => void): Promise<T>;
}

/** For each of the files, whom to tell of its bytes, so that the watcher hears of them all together. */
function progressOver(files: readonly File[], watch: Watch): (file: File) => (bytes: number) => void {
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const soFar = new Map(files.map(({ path }) => [path, 0]));
  return ({ path }) =>
    (bytes) => {
      soFar.set(path, bytes);
      watch.onProgress?.({ bytes: [...soFar.values()].reduce((sum, some) => sum + some, 0), of });
    };
}

/** How many shards come to so many reviews. */
function shardsFor(manifest: Manifest, reviews: number): number {
  let total = 0;
  const sums = manifest.training.map((shard) => {
    total += shard.reviews;
    return total;
  });
  const last = sums.indexOf(reviews);
  if (last < 0) throw new RangeError(`A run learns from ${sums.join(', ')} reviews; received ${reviews}.`);
  return last + 1;
}

async function loadManifest(url: URL, network: Network, watch: Watch): Promise<Manifest> {
  const text = await retrying(
    // 'no-cache' asks the server whether the stored copy is still the newest: only this file's name stays the same.
    () => responding(url, network, watch.signal, { cache: 'no-cache' }, (response) => response.text()),
    watch,
    network.wait ?? waitOrOnline,
  );
  try {
    return v.parse(Manifest, JSON.parse(text));
  } catch (cause) {
    const what = v.isValiError(cause)
      ? `${v.getDotPath(cause.issues[0]) ?? 'the whole'}: ${cause.message}`
      : `it begins with ${JSON.stringify(text.slice(0, 40))}`;
    throw new Error(
      `The list of data files is not one that this page can read (${what}). Reload the page, in case the site has changed.`,
      { cause },
    );
  }
}

/** What `read` makes of the file; what it finds wrong is said with the file's name. */
async function reading<T>(file: File, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (fault) {
    throw new DamagedFile(file.path, fault instanceof Error ? fault.message : String(fault));
  }
}

/** No text in the pack unpacks to more than this. */
const LARGEST_TEXT = 8_000_000;

async function utf8(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await decompressed(bytes, LARGEST_TEXT));
}

async function readVocabulary(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Vocabulary> {
  const words = (await utf8(bytes)).split('\n');
  if (words.length !== size - FIRST_WORD) {
    throw new Error(`it holds ${words.length} words, expected ${size - FIRST_WORD}`);
  }
  return vocabularyOf(words);
}

async function readTexts(bytes: Uint8Array<ArrayBuffer>, count: number): Promise<string[]> {
  return v.parse(v.pipe(v.array(v.string()), v.length(count)), JSON.parse(await utf8(bytes)));
}
