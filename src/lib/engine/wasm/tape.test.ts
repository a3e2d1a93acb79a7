import { describe, expect, it } from 'vitest';
import { columnsOf, depthOf, rowsOf, transposed } from './block.ts';
import { Layout } from './layout.ts';
import { FORMS, INSTRUCTION_WORDS, OPCODES } from './opcodes.ts';
import { Tape } from './tape.ts';

const layout = new Layout();
const a = layout.block('a', 4, 6);
const b = layout.block('b', 4, 6);
const c = layout.block('c', 3, 6);
const row = layout.block('row', 1, 6);
const column = layout.block('column', 4, 1);
const slot = layout.slot('slot');
const packed = layout.packed('p', 6, 6);
const ids = layout.ids('ids', 4);
const tape = new Tape();

describe('the table of instructions', () => {
  it('has room for every form, and no name twice', () => {
    for (const words of Object.values(FORMS)) expect(words.length).toBeLessThan(INSTRUCTION_WORDS);
    expect(new Set(OPCODES.map(({ name }) => name)).size).toBe(OPCODES.length);
  });
});

describe('a tape refuses', () => {
  it.each<readonly [string, () => void, string]>([
    [
      'other shapes',
      () => tape.zip('add', a, b, c),
      'add: b is c [3 x 6], expected the shape of a [4 x 6], or 1 along either side.',
    ],
    [
      'a transposed operand',
      () => tape.map('exp', layout.block('s', 6, 4), transposed(a)),
      'exp: a is aᵀ [6 x 4], expected columns side by side; it is transposed: pack it or copy it.',
    ],
    [
      'a transposed output',
      () => tape.fill(transposed(a), 0),
      'fill: out is aᵀ [6 x 4], expected columns side by side',
    ],
    [
      'an output half on its operand',
      () => tape.map('neg', rowsOf(a, 0, 3), rowsOf(a, 1, 3)),
      'neg: a is a [3 x 6] and shares memory with a [3 x 6], which is written.',
    ],
    [
      'an operand that shares some columns',
      () => tape.map('neg', columnsOf(a, 0, 4), columnsOf(a, 2, 4)),
      'shares memory',
    ],
    [
      'an output whose rows overlap',
      () => tape.fill({ ...a, rowStride: 5 }, 0),
      'fill: out is a [4 x 6], expected rows that do not overlap.',
    ],
    [
      'to pack another shape',
      () => tape.pack(packed, a),
      'pack: a is a [4 x 6], expected [6 x 6], the shape of p.',
    ],
    [
      'a product of other depth',
      () => tape.gemm(a, column, packed),
      'gemm: a is column [4 x 1], expected [4 x 6]',
    ],
    [
      'a product of other width',
      () => tape.gemm(column, b, packed),
      'gemm: b is p [6 x 6], expected 1 columns as column [4 x 1] has.',
    ],
    [
      'a product onto its factor',
      () => tape.gemm(a, a, packed),
      'gemm: a is a [4 x 6] and shares memory with a [4 x 6]',
    ],
    [
      'a bias that is a column',
      () => tape.gemm(a, b, packed, { bias: column }),
      'gemm: bias is column [4 x 1], expected [1 x 6].',
    ],
    [
      'a bias beside accumulating',
      () => tape.gemm(a, b, packed, { bias: row, accumulate: true }),
      "it can't be both",
    ],
    [
      'sums of other shape',
      () => tape.columnSums(column, a),
      'columnSums: out is column [4 x 1], expected [1 x 6].',
    ],
    ['row sums of other shape', () => tape.rowSums(row, a), 'rowSums: out is row [1 x 6], expected [4 x 1].'],
    [
      'squares into a row',
      () => tape.sumSquares(row, a),
      'sumSquares: out is row [1 x 6], expected [1 x 1].',
    ],
    [
      'rows of another width',
      () => tape.gather(column, a, ids),
      'gather: out is column [4 x 1], expected [4 x 6].',
    ],
    ['more ids than rows', () => tape.scatterAdd(a, c, ids), 'scatterAdd: a is c [3 x 6], expected [4 x 6].'],
    ['rows from the table itself', () => tape.gather(a, a, ids), 'gather: a is a [4 x 6] and shares memory'],
    [
      'logits that are a row',
      () =>
        tape.loss('crossEntropy', {
          out: column,
          given: row,
          labels: column,
          weights: slot,
          loss: slot,
          right: slot,
        }),
      'crossEntropy: given is row [1 x 6], expected [4 x 1].',
    ],
    ['a limit of 0', () => tape.clip(slot, row, 0), 'clip: squares is row [1 x 6], expected [1 x 1].'],
    [
      'a limit of 0 for one number',
      () => tape.clip(slot, layout.slot('squares'), 0),
      'clip: the limit is 0; expected a number above 0.',
    ],
    [
      'moments of other shape',
      () =>
        tape.adam({
          parameter: a,
          first: c,
          second: b,
          gradient: b,
          scale: slot,
          schedule: columnsOf(row, 0, 2),
          firstDecay: 0.9,
          secondDecay: 0.999,
          epsilon: 1e-8,
        }),
      'adam: first is c [3 x 6], expected [4 x 6].',
    ],
    [
      'a parameter with gaps',
      () =>
        tape.adam({
          parameter: columnsOf(a, 0, 3),
          first: columnsOf(b, 0, 3),
          second: columnsOf(b, 3, 3),
          gradient: columnsOf(a, 3, 3),
          scale: slot,
          schedule: columnsOf(row, 0, 2),
          firstDecay: 0.9,
          secondDecay: 0.999,
          epsilon: 1e-8,
        }),
      'adam: parameter is a [4 x 3], expected a block without gaps between its rows.',
    ],
    [
      'rows that there are not',
      () => rowsOf(a, 2, 3),
      'rows of a [4 x 6] from 2, 3 of them, every 1: expected a range within the 4 that there are.',
    ],
    ['columns that there are not', () => columnsOf(a, -1, 3), 'columns of a [4 x 6] from -1'],
    ['depths that there are not', () => depthOf(packed, 0, 0), 'rows of p [6 x 6] from 0, 0 of them'],
    [
      'no rows at all',
      () => layout.block('none', 0, 3),
      'none is [0 x 3]; both have to be whole numbers from 1 on.',
    ],
    [
      'more than there is',
      () => layout.block('huge', 2 ** 20, 2 ** 12),
      'huge takes 17179869184 bytes after',
    ],
  ])('%s', (_, write, message) => {
    const before = tape.instructions;
    expect(write).toThrow(message);
    expect(tape.instructions).toBe(before);
  });
});

describe('a layout', () => {
  it('gives every block its own cache lines, and a number one place', () => {
    const layout = new Layout();
    const blocks = [
      layout.block('a', 3, 5),
      layout.slot('b'),
      layout.packed('c', 3, 9),
      layout.ids('d', 3),
      layout.number(2),
    ];
    expect(blocks.every(({ offset }) => offset % 64 === 0)).toBe(true);
    expect(new Set(blocks.map(({ offset }) => offset)).size).toBe(blocks.length);
    expect(layout.number(2)).toBe(layout.number(2));
    expect(layout.number(-0).offset).not.toBe(layout.number(0).offset);
  });
});
