import { expect, test } from 'vitest';
import type { Cell } from '../../lib/cells/cell.ts';
import { cells } from '../../lib/cells/index.ts';
import { columnsOf, rowOf } from './columns.ts';
import { lineOf } from './line.ts';
import { randomSubject } from './random-subject.ts';
import { readSubject } from './reading.ts';

/** Headings of a cell's numbers, `W x`, and which lines are laid out under them. */
function layout(cell: Pick<Cell, 'name' | 'equations' | 'roles'>) {
  const { recording, symbols } = readSubject(randomSubject(cell, { units: 2, words: ['a'] }));
  const [step] = recording.steps;
  if (step === undefined) throw new Error('a subject of one word has one step');
  const rows = recording.graph.statements.map((_, k) =>
    rowOf(lineOf({ recording, step, unit: 0, reached: 99 }, k), symbols),
  );
  return {
    heads: columnsOf(rows).map(({ letter, vector }) => `${letter} ${vector ?? ''}`.trim()),
    calls: rows.map((row) => (row === undefined ? undefined : (row.call ?? 'sum'))),
  };
}

const cell = (id: string) => {
  const found = cells.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no cell ${id}`);
  return found;
};

test('the LSTM: four gates in columns, two states as they are written', () => {
  expect(layout(cell('lstm'))).toEqual({
    heads: ['W x', 'U h', 'b'],
    calls: ['sigmoid', 'sigmoid', 'sigmoid', 'tanh', undefined, undefined],
  });
});

test('peepholes have a column of their own, without a heading', () => {
  expect(layout(cell('lstm-peephole')).heads).toEqual(['W x', 'U h', '', 'b']);
});

test('a product with r * h stands under h; two kinds of biases share a column', () => {
  expect(layout(cell('gru-reset-before')).heads).toEqual(['W x', 'U h', 'b']);
  expect(layout(cell('gru-reset-after')).heads).toEqual(['W x', 'U h', 'b, c']);
});

test('a sum with a minus is printed as it is written, and a bare sum needs no function', () => {
  const odd = { name: 'odd', equations: "k = Wk x - Uk h\nm = Wm x + bm\nh' = tanh(k + m)", roles: {} };
  expect(layout(odd)).toEqual({ heads: ['W x', 'b'], calls: [undefined, 'sum', undefined] });
});
