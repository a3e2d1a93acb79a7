import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cells } from '../../lib/cells/index.ts';
import { referenceOf, references, shortName } from './references.ts';

it('has every paper that a cell names', () => {
  for (const paper of cells.flatMap((cell) => cell.papers)) expect(referenceOf(paper).key).toBe(paper);
});

it('stands in alphabetical order, each key once', () => {
  const keys = references.map(({ key }) => key);
  expect(keys).toEqual([...new Set(keys)].sort());
});

it('is listed below a lesson where the lesson cites it, and nowhere else', () => {
  const lessons = globSync('src/lessons/**/*.mdx');
  expect(lessons.length).toBeGreaterThan(0);
  for (const file of lessons) {
    const text = readFileSync(file, 'utf8');
    const cited = [...text.matchAll(/<Cite of="([^"]+)"/g)].map(([, key]) => key);
    const listed = [...(text.match(/<References of=\{\[([^\]]*)\]\}/)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
      ([, key]) => key,
    );
    expect(listed, file).toEqual([...new Set(cited)].sort());
  }
});

it('cites by surname', () => {
  expect(shortName(referenceOf('gers2000'))).toBe('Gers, Schmidhuber and Cummins 2000');
  expect(shortName(referenceOf('hochreiter1997'))).toBe('Hochreiter and Schmidhuber 1997');
  expect(shortName(referenceOf('maas2011'))).toBe('Maas et al. 2011');
  expect(shortName(referenceOf('elman1990'))).toBe('Elman 1990');
});
