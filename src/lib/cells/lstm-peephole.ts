import type { Cell } from './cell.ts';

export const lstmPeephole: Cell = {
  id: 'lstm-peephole',
  name: 'LSTM with peepholes',
  equations: `
f  = sigmoid(Wf x + Uf h + pf * c + bf)
i  = sigmoid(Wi x + Ui h + pi * c + bi)
g  = tanh(Wg x + Ug h + bg)
c' = f * c + i * g
o  = sigmoid(Wo x + Uo h + po * c' + bo)
h' = o * tanh(c')
`.trim(),
  roles: { f: 'forget', i: 'input', o: 'output', g: 'candidate', c: 'state', h: 'hidden' },
  papers: ['gers2000peepholes', 'hochreiter1997', 'gers2000'],
  conventions: [
    'Each gate also sees the memory cell of its own unit, through one weight a unit: the forget and input gates see c before the step, the output gate sees the new c.',
    'The forget gate’s bias starts at 1.',
  ],
  initial: { bf: 1 },
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 1648 }],
};
