import type { Cell } from './cell.ts';
import { COPIES_AT_ONE } from './interpolation.ts';

export const gruResetAfter: Cell = {
  id: 'gru-reset-after',
  name: 'GRU, reset after the product',
  equations: `
z  = sigmoid(Wz x + bz + Uz h + cz)
r  = sigmoid(Wr x + br + Ur h + cr)
n  = tanh(Wn x + bn + r * (Un h + cn))
h' = (1 - z) * n + z * h
`.trim(),
  roles: { z: 'update', r: 'reset', n: 'candidate', h: 'hidden' },
  papers: ['cho2014', 'chung2014'],
  conventions: [
    COPIES_AT_ONE,
    'The reset gate scales what the matrix product gives, r * (Un h + cn): so in cuDNN, in PyTorch, and in Keras by default.',
    'Two biases a gate, one beside W x and one beside U h. Only cn does something that bn cannot; the others are there because Keras and PyTorch train and count them.',
  ],
  initial: {},
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 1248 }],
};
