import { expect, test } from 'vitest';
import { cells } from '../../lib/cells/index.ts';
import { lstm } from '../../lib/cells/lstm.ts';
import { parse } from '../../lib/equations/parse.ts';
import { typeset } from './typeset.ts';

/** The typeset text as a document would hold it. */
function documentOf(html: readonly string[]): HTMLElement {
  const element = document.createElement('div');
  element.innerHTML = html.join('');
  return element;
}

test.each(cells.map((cell) => [cell.id, cell] as const))(
  '%s: every letter of every line is a named button',
  (_, cell) => {
    const { statements, symbols } = typeset(cell.equations, cell.roles);
    const graph = parse(cell.equations);
    expect(statements).toHaveLength(graph.statements.length);
    const page = documentOf(statements);
    const letters = [...page.querySelectorAll<HTMLElement>('[data-symbol]')];
    const names = new Set(letters.map(({ dataset }) => dataset['symbol']));
    for (const { name } of graph.parameters) expect(names, name).toContain(name);
    for (const letter of letters) {
      expect(letter.getAttribute('role')).toBe('button');
      expect(letter.getAttribute('aria-label')).toMatch(/^[A-Za-z]\w*′?, .+/);
      expect(letter.closest('[aria-hidden]')).toBeNull();
    }
    // One stop of the Tab key a letter, where it first stands.
    const stops = letters.filter(({ tabIndex }) => tabIndex === 0).map(({ dataset }) => dataset['symbol']);
    expect(stops).toEqual([...names]);
    expect(new Set(symbols.map(([name]) => name))).toEqual(names);
  },
);

test('a letter alone can stand in a button: it takes no focus and no link of its own', () => {
  const { symbols } = typeset(lstm.equations, lstm.roles);
  for (const [, html] of symbols) expect(html).not.toMatch(/tabindex|data-symbol|role="button"/);
});

test('names say what a letter is', () => {
  const page = documentOf(typeset(lstm.equations, lstm.roles).statements);
  const label = (name: string) => page.querySelector(`[data-symbol="${name}"]`)?.getAttribute('aria-label');
  expect(label('f')).toBe('f, forget gate');
  expect(label('c')).toBe('c, cell state before this word');
  expect(label("c'")).toBe('c′, cell state after this word');
  expect(label('Wf')).toBe('Wf, weights on x');
  expect(label('Uf')).toBe('Uf, weights on h');
  expect(label('bf')).toBe('bf, trained numbers, one a unit, in f');
  expect(label('x')).toBe('x, vector of the word');
});
