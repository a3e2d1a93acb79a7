import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { type File, Manifest } from '../../src/lib/imdb/format.ts';
import { makePack, type Pack, SEED, SIZES } from './pack.ts';
import { readSource, sourceRelease } from './source.ts';

/** Where the site serves the pack from. Not committed. */
export const PACK_FOLDER = fileURLToPath(new URL('../../public/imdb/', import.meta.url));

/** All code that has a say in the pack's bytes. */
const CODE = [
  './pack.ts',
  './split.ts',
  './source.ts',
  '../../src/lib/imdb/format.ts',
  '../../src/lib/imdb/shard.ts',
  '../../src/lib/imdb/tokens.ts',
  '../../src/lib/imdb/vocabulary.ts',
];

/** SHA-256 over everything that the pack's bytes come from. */
export function recipe(): string {
  const hash = createHash('sha256').update(`${sourceRelease()}\n${JSON.stringify({ SEED, SIZES })}\n`);
  for (const path of CODE) hash.update(readFileSync(new URL(path, import.meta.url)));
  return hash.digest('hex');
}

/**
 * Sees to it that the folder holds the pack: makes it when it is missing, made by another recipe or damaged.
 * `made` says whether there was anything to do.
 */
export function ensurePack(
  folder: string = PACK_FOLDER,
  make: (recipe: string) => Pack = (recipe) => makePack(readSource(), SIZES, SEED, recipe),
): { readonly manifest: Manifest; readonly made: boolean } {
  const present = recipe();
  const found = intactManifest(folder);
  if (found?.recipe === present) return { manifest: found, made: false };
  const pack = make(present);
  writePack(pack, folder);
  return { manifest: pack.manifest, made: true };
}

/** The files of a pack, as the manifest lists them. */
export function filesOf(manifest: Manifest): File[] {
  return [manifest.vocabulary, ...manifest.training, manifest.validation, manifest.test, manifest.reading];
}

/** The folder's manifest if every file that it lists is there and whole. */
function intactManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return undefined;
  try {
    const manifest = v.parse(Manifest, JSON.parse(readFileSync(path, 'utf8')));
    const intact = filesOf(manifest).every(
      (file) =>
        existsSync(join(folder, file.path)) &&
        createHash('sha256')
          .update(readFileSync(join(folder, file.path)))
          .digest('hex') === file.sha256,
    );
    return intact ? manifest : undefined;
  } catch {
    return undefined; // Not a manifest of this version: made anew.
  }
}

/**
 * Writes the pack so that whoever reads the folder meanwhile, another run of this script included, meets whole
 * files only, and a manifest only after what it lists. Then removes what no manifest lists any more.
 */
function writePack({ manifest, files }: Pack, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array) => {
    const temporary = join(folder, `.${name}.${process.pid}`);
    writeFileSync(temporary, content);
    renameSync(temporary, join(folder, name));
  };
  for (const [name, bytes] of files) write(name, bytes);
  write('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.bin') && !files.has(name)) rmSync(join(folder, name), { force: true });
  }
}
