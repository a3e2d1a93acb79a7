import type { Cell } from './cell.ts';
import { elman } from './elman.ts';
import { gruResetAfter } from './gru-reset-after.ts';
import { gruResetBefore } from './gru-reset-before.ts';
import { jordan } from './jordan.ts';
import { lstm } from './lstm.ts';
import { lstmCoupled } from './lstm-coupled.ts';
import { lstmPeephole } from './lstm-peephole.ts';
import { mgu } from './mgu.ts';

/** THE list. A cell that stands here appears in every picker, export and law; adding one is a file and a line. */
export const cells: readonly Cell[] = [
  elman,
  jordan,
  lstm,
  lstmPeephole,
  lstmCoupled,
  gruResetBefore,
  gruResetAfter,
  mgu,
];

/** @throws Error for an id that isn't in the list, naming those that are */
export function findCell(id: string): Cell {
  const cell = cells.find((candidate) => candidate.id === id);
  if (cell === undefined)
    throw new Error(`there is no cell ${id}; the list has ${cells.map((known) => known.id).join(', ')}.`);
  return cell;
}
