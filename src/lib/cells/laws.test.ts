import { describe, expect, it, test } from 'vitest';
import { countParameters } from '../equations/graph.ts';
import { parse } from '../equations/parse.ts';
import { print } from '../equations/print.ts';
import { ROLES } from './cell.ts';
import { cells, findCell } from './index.ts';

describe.each(cells)('$name', (cell) => {
  const graph = parse(cell.equations);

  it('reads without a warning', () => {
    expect(graph.warnings).toEqual([]);
  });

  it('is the same graph after printing', () => {
    const printed = parse(print(graph));
    const meaning = ({ nodes, statements, states, parameters, output, input }: typeof graph) => ({
      nodes: nodes.map(({ span, ...node }) => node),
      statements: statements.map(({ name, primed, node, comment }) => ({ name, primed, node, comment })),
      states,
      parameters,
      output,
      input,
    });
    expect(meaning(printed)).toEqual(meaning(graph));
  });

  it('has as many parameters as the literature or a toolkit counts', () => {
    expect(cell.counts.length).toBeGreaterThan(0);
    for (const { sizes, parameters } of cell.counts) expect(countParameters(graph, sizes)).toBe(parameters);
  });

  it('gives a role to every value that its equations define, and to nothing else', () => {
    const defined = new Set(graph.statements.map(({ name }) => name));
    expect(new Set(Object.keys(cell.roles))).toEqual(defined);
    for (const role of Object.values(cell.roles)) expect(ROLES).toContain(role);
  });

  it('sets the start of vectors that it has', () => {
    for (const name of Object.keys(cell.initial))
      expect(graph.parameters.find((parameter) => parameter.name === name)?.shape).toEqual(['units']);
  });

  it('names its papers and its conventions', () => {
    expect(cell.papers.length).toBeGreaterThan(0);
    expect(new Set(cell.papers).size).toBe(cell.papers.length);
    for (const sentence of cell.conventions) expect(sentence).toMatch(/\.$/);
  });

  it('says which end of an update gate copies the old state', () => {
    const update = Object.values(cell.roles).includes('update');
    expect(cell.conventions.some((sentence) => /z near 1 copies the old state/.test(sentence))).toBe(update);
  });

  it('is found by its id, which fits a link', () => {
    expect(findCell(cell.id)).toBe(cell);
    expect(cell.id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
  });
});

test('no two cells share an id, a name or their equations', () => {
  for (const key of ['id', 'name', 'equations'] as const)
    expect(new Set(cells.map((cell) => cell[key])).size).toBe(cells.length);
});

test('an unknown id is answered with the known ones', () => {
  expect(() => findCell('constructor')).toThrow(/no cell constructor.*elman.*lstm/);
});
