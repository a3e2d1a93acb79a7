import type { Cell } from './cell.ts';

export const lstmCoupled: Cell = {
  id: 'lstm-coupled',
  name: 'LSTM with coupled gates',
  equations: `
f  = sigmoid(Wf x + Uf h + bf)
i  = 1 - f
o  = sigmoid(Wo x + Uo h + bo)
g  = tanh(Wg x + Ug h + bg)
c' = f * c + i * g
h' = o * tanh(c')
`.trim(),
  roles: { f: 'forget', i: 'input', o: 'output', g: 'candidate', c: 'state', h: 'hidden' },
  papers: ['greff2017', 'hochreiter1997', 'gers2000'],
  conventions: [
    'The input gate is what the forget gate leaves, i = 1 - f. Greff et al. (there: CIFG) write f = 1 - i: the same cell, with the signs of that gate’s weights turned.',
    'No peepholes, so that beside the LSTM only the coupling differs; in Greff et al. they stay.',
    'The forget gate’s bias starts at 1.',
  ],
  initial: { bf: 1 },
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 1200 }],
};
