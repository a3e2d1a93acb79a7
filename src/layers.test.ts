import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = dirname(fileURLToPath(import.meta.url));

/** A folder may import from itself and from those before it. */
const LAYERS = [
  'lib/equations',
  'lib/cells',
  'lib/imdb',
  'lib/engine',
  'lib/runs',
  'components',
  'lessons',
  'layouts',
  'pages',
];

const files = globSync('**/*.{ts,svelte,astro,mdx}', { cwd: src }).filter(
  (file) => !/\.test\.ts$/.test(file),
);
const layerOf = (file: string) => LAYERS.findIndex((layer) => file.startsWith(`${layer}/`));

/** What a file imports, as written. A worker's `new URL(…)` is no import: it runs in a realm of its own. */
function imports(file: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s+['"]([^'"]+)['"]/gm,
  );
  return [...found].map(([, type, from, dynamic, bare]) => ({
    specifier: from ?? dynamic ?? bare ?? '',
    typeOnly: type !== undefined,
  }));
}

const target = (file: string, specifier: string) => relative(src, resolve(src, dirname(file), specifier));

describe('layers', () => {
  it('reads the imports of every layer', () => {
    for (const layer of LAYERS.slice(0, 4)) expect(files.some((file) => file.startsWith(layer))).toBe(true);
    expect(files.flatMap(imports).length).toBeGreaterThan(20);
  });

  it.each(files)('%s imports only what stands before its layer', (file) => {
    const own = layerOf(file);
    for (const { specifier } of imports(file)) {
      if (!specifier.startsWith('.')) continue;
      const other = layerOf(target(file, specifier));
      if (own >= 0 && other >= 0) expect(other, `${file} imports ${specifier}`).toBeLessThanOrEqual(own);
    }
  });

  it.each(files)('%s leaves tfjs to the engine', (file) => {
    const tfjs = imports(file).filter(({ specifier }) => specifier.startsWith('@tensorflow/'));
    if (!file.startsWith('lib/engine/')) expect(tfjs).toEqual([]);
  });

  it('keeps tfjs out of everything that a page loads', () => {
    const seen = new Set<string>();
    const visit = (file: string, path: readonly string[]) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const { specifier, typeOnly } of imports(file)) {
        if (typeOnly) continue;
        expect(specifier.startsWith('@tensorflow/'), [...path, file, specifier].join(' -> ')).toBe(false);
        const next = target(file, specifier);
        if (specifier.startsWith('.') && files.includes(next)) visit(next, [...path, file]);
      }
    };
    for (const file of files) if (layerOf(file) >= LAYERS.indexOf('components')) visit(file, []);
  });
});
