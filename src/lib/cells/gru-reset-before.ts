import type { Cell } from './cell.ts';
import { COPIES_AT_ONE } from './interpolation.ts';

export const gruResetBefore: Cell = {
  id: 'gru-reset-before',
  name: 'GRU, reset before the product',
  equations: `
z  = sigmoid(Wz x + Uz h + bz)
r  = sigmoid(Wr x + Ur h + br)
n  = tanh(Wn x + Un (r * h) + bn)
h' = (1 - z) * n + z * h
`.trim(),
  roles: { z: 'update', r: 'reset', n: 'candidate', h: 'hidden' },
  papers: ['cho2014', 'chung2014'],
  conventions: [
    COPIES_AT_ONE,
    'The reset gate scales h before the matrix product, Un (r * h): so in Cho et al. 2014 as published, in Keras with reset_after=False, and in TensorFlow.js, which has no other. PyTorch resets after.',
  ],
  initial: {},
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 1200 }],
};
