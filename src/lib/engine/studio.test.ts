import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import { type Configuration, quickRun } from './configuration.ts';
import { modelOf } from './model.ts';
import type { Checkpoint, TrainingWorker } from './protocol.ts';
import { beginning } from './session.ts';
import { openStudio } from './studio.ts';
import { engineInNumbers } from './testing/learner-in-numbers.ts';

const ADDRESS = 'https://example.org/imdb/manifest.json';
const CONFIGURATION: Configuration = {
  ...quickRun(lstm),
  units: 3,
  embedding: 2,
  vocabulary: 100,
  tokens: 6,
};
const WORDS = Array.from({ length: 97 }, (_, k) => (k === 4 ? 'great' : `word${k}`));

/** A data pack with a vocabulary only: what a verdict needs. */
function packWithWords(): typeof fetch {
  const bytes = gzipSync(WORDS.join('\n'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = (name: string) => ({
    path: `${name}.${sha256.slice(0, 12)}.bin`,
    bytes: bytes.length,
    sha256,
  });
  const shard = (name: string, reviews: number) => ({ ...file(name), reviews });
  const manifest = {
    version: 1,
    source: 'made up',
    recipe: sha256,
    vocabularySize: WORDS.length + 3,
    vocabulary: file('vocabulary'),
    training: [shard('training-1', 2000), shard('training-2', 6000), shard('training-3', 12000)],
    validation: shard('validation', 2000),
    test: shard('test', 3000),
    reading: shard('reading', 300),
  };
  return async (address) =>
    String(address) === ADDRESS ? Response.json(manifest) : new Response(new Uint8Array(bytes));
}

const opened: TrainingWorker[] = [];
afterEach(async () => {
  for (const studio of opened.splice(0)) await studio.dispose();
});

async function open(fetch: typeof globalThis.fetch = packWithWords()): Promise<TrainingWorker> {
  const studio = openStudio(async (name) => engineInNumbers(name), { fetch });
  opened.push(studio);
  await studio.open(ADDRESS);
  return studio;
}

const freshCheckpoint = (): Checkpoint => beginning(CONFIGURATION);

describe('the worker’s side', () => {
  it('refuses what is not in the protocol, and says what was wrong', async () => {
    const studio = await open();
    const ignore = () => undefined;
    await expect(studio.train({ ...CONFIGURATION, units: 1e9 }, ignore, {})).rejects.toThrow(/256/);
    const extra = { ...CONFIGURATION, more: 1 } as Configuration;
    await expect(studio.train(extra, ignore, {})).rejects.toThrow(/more/);
    await expect(studio.open('not an address')).rejects.toThrow(/URL/);
    const notNumbers = { ...freshCheckpoint(), moments: {} } as unknown as Checkpoint;
    await expect(studio.restore(notNumbers)).rejects.toThrow(/Map/);
    await expect(studio.predict('a'.repeat(1_000_001))).rejects.toThrow(/longer than a million/);
  });

  it('names the equations’ fault', async () => {
    const studio = await open();
    const broken = freshCheckpoint();
    const equations = "h' = tanh(W x + U h";
    await expect(
      studio.restore({ ...broken, configuration: { ...CONFIGURATION, equations } }),
    ).rejects.toThrow(/line 1, column/);
  });

  it('has no model before one is trained or restored', async () => {
    const studio = await open();
    await expect(studio.weights()).rejects.toThrow(/no model yet/);
    await expect(studio.predict('a great film')).rejects.toThrow(/no model yet/);
  });

  it('gives a verdict on any text that has a word', async () => {
    const studio = await open();
    await studio.restore(freshCheckpoint());
    const { probability, tokens, length, outOfVocabulary } = await studio.predict(
      'A GREAT word9, <b>great</b> film!',
    );
    expect(probability).toBeGreaterThan(0);
    expect(probability).toBeLessThan(1);
    expect(tokens.map(({ word }) => word)).toEqual(['a', 'great', 'word9', 'great', 'film']);
    expect(tokens.map(({ id }) => id)).toEqual([2, 7, 12, 7, 2]);
    expect(length).toBe(5);
    expect(outOfVocabulary).toBeCloseTo(2 / 5, 10);
    const long = await studio.predict('great '.repeat(1000));
    expect([long.length, long.tokens.length, long.outOfVocabulary]).toEqual([1000, 6, 0]);
    for (const empty of ['', '  \n', '🎬🍿', '<img src=x>'])
      await expect(studio.predict(empty), empty).rejects.toThrow(/no word in this text/);
  });

  it('gives back the weights that were restored', async () => {
    const studio = await open();
    const checkpoint = freshCheckpoint();
    await studio.restore(checkpoint);
    expect(await studio.weights()).toEqual(modelOf(CONFIGURATION, checkpoint.weights));
  });

  it('stops while it loads', async () => {
    const silent: typeof fetch = (_address, { signal } = {}) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const studio = await open(silent);
    const run = studio.train(CONFIGURATION, () => undefined, {});
    expect(await studio.stop()).toBe(0);
    expect(await run).toEqual({ kind: 'cancelled', step: 0 });
    const goingOn = studio.train(CONFIGURATION, () => undefined, { from: { ...freshCheckpoint(), step: 5 } });
    await studio.stop();
    expect(await goingOn).toEqual({ kind: 'cancelled', step: 5 });
    await expect(studio.ping()).resolves.toBe(true);
  });
});
