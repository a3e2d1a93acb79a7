import type { Cell } from './cell.ts';

export const lstm: Cell = {
  id: 'lstm',
  name: 'LSTM',
  equations: `
f  = sigmoid(Wf x + Uf h + bf)
i  = sigmoid(Wi x + Ui h + bi)
o  = sigmoid(Wo x + Uo h + bo)
g  = tanh(Wg x + Ug h + bg)
c' = f * c + i * g
h' = o * tanh(c')
`.trim(),
  roles: { f: 'forget', i: 'input', o: 'output', g: 'candidate', c: 'state', h: 'hidden' },
  papers: ['hochreiter1997', 'gers2000'],
  conventions: [
    'With the forget gate of Gers, Schmidhuber and Cummins; the LSTM of 1997 has only i and o.',
    'No peepholes: the gates see x and h, not c. Keras and PyTorch do the same.',
    'One bias a gate, as in Keras; PyTorch adds a second one beside U h.',
    'The forget gate’s bias starts at 1, as in Keras; in PyTorch it starts like every other weight.',
  ],
  initial: { bf: 1 },
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 1600 }],
};
