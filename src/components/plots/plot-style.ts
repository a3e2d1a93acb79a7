import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The text of the `<style>` that Observable Plot puts in every chart, read from the installed package's source.
 * The site's policy lets in only styles that it knows by hash, so the build's configuration asks here.
 */
export function plotStyle(): string {
  const entry = createRequire(import.meta.url).resolve('@observablehq/plot');
  const source = (file: string) => readFileSync(new URL(file, `file://${entry}`), 'utf8');
  const template = source('plot.js').match(/append\("style"\)\.text\(\s*`([^`]*)`/)?.[1];
  const name = source('style.js').match(/return "(plot-[0-9a-f]+)"/)?.[1];
  if (template === undefined || name === undefined) {
    throw new Error(
      'Observable Plot no longer writes its style where it did: look for `append("style")` in its plot.js and mend plot-style.ts.',
    );
  }
  return template.replaceAll('$' + '{className}', name);
}

/** As a source expression of the policy's style-src. */
export const plotStyleHash = (): `sha256-${string}` =>
  `sha256-${createHash('sha256').update(plotStyle()).digest('base64')}`;
