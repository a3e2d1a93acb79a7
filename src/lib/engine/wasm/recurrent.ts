import type { Arrangement, PutCell } from './part.ts';

export const putCell: PutCell = () => {
  throw new Error('no cell can be put on a tape yet.');
};
export const arrangement: Arrangement = () => [];
