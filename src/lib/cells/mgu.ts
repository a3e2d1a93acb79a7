import type { Cell } from './cell.ts';

export const mgu: Cell = {
  id: 'mgu',
  name: 'MGU, minimal gated unit',
  equations: `
f  = sigmoid(Wf x + Uf h + bf)
n  = tanh(Wn x + Un (f * h) + bn)
h' = (1 - f) * h + f * n
`.trim(),
  roles: { f: 'forget', n: 'candidate', h: 'hidden' },
  papers: ['zhou2016'],
  conventions: [
    'The one gate f, which Zhou et al. call the forget gate, does the work of the GRU’s z and r.',
    'f near 0 copies the old state, as Zhou et al. write it: the other way round from z in this site’s GRU.',
    'The gate scales h before the matrix product, Un (f * h).',
  ],
  initial: {},
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 800 }],
};
