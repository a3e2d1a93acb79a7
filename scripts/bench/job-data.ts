import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Configuration } from '../../src/lib/engine/configuration.ts';
import { batchOf, epochOrder } from '../../src/lib/imdb/batches.ts';
import type { Reviews } from '../../src/lib/imdb/format.ts';
import { openPack } from '../../src/lib/imdb/load.ts';
import { ensurePack, PACK_FOLDER } from '../imdb/folder.ts';
import { folderFetch } from '../imdb/folder-fetch.ts';

/** A file of the very reviews, cuts and orders that the site's training meets. */
interface JobData {
  readonly file: string;
  /** Reviews in the training, validation and test part. */
  readonly counts: readonly [training: number, validation: number, test: number];
  readonly epochs: number;
}

/**
 * Writes what PyTorch reads, 32-bit integers throughout: of each part ids [reviews, tokens] (padding on the right, as packed
 * sequences have it), lengths and labels; then the order of each epoch. The file goes when this process does.
 */
export async function writeJobData(configuration: Configuration): Promise<JobData> {
  ensurePack();
  const pack = await openPack(pathToFileURL(join(PACK_FOLDER, 'manifest.json')), { fetch: folderFetch });
  const training = await pack.training(configuration.reviews);
  const parts = [training, await pack.validation(), await pack.test()] as const;
  const { epochs, seed } = configuration;
  const folder = mkdtempSync(join(tmpdir(), 'bench-job-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'reviews.bin');
  const count = training.labels.length;
  writeFileSync(
    file,
    Buffer.concat([
      ...parts.flatMap((part) => numbersOf(part, configuration)),
      ...Array.from({ length: epochs }, (_, k) => bytesOf(Int32Array.from(epochOrder(count, seed, k + 1)))),
    ]),
  );
  return { file, counts: [count, parts[1].labels.length, parts[2].labels.length], epochs };
}

function numbersOf(part: Reviews, configuration: Configuration): readonly Uint8Array[] {
  const all = Uint32Array.from(part.labels, (_, k) => k);
  const { ids, lengths, labels } = batchOf(part, all, configuration, 'right');
  return [ids, lengths, Int32Array.from(labels)].map(bytesOf);
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
