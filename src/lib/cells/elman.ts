import type { Cell } from './cell.ts';

export const elman: Cell = {
  id: 'elman',
  name: 'Elman network',
  equations: `h' = tanh(W x + U h + b)`,
  roles: { h: 'hidden' },
  papers: ['elman1990'],
  conventions: [
    'What recurs is the hidden state, not the output of a layer above it; in Keras’s SimpleRNN and PyTorch’s RNN the hidden state is also what the cell gives out.',
    'One bias, as in Keras; PyTorch adds a second one beside U h.',
  ],
  initial: {},
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 400 }],
};
