import type { Cell } from './cell.ts';

/** The state is the output fed back; the hidden layer h is a plain value, made anew at each step. */
export const jordan: Cell = {
  id: 'jordan',
  name: 'Jordan network',
  equations: `
h  = tanh(Wh x + Uh y + bh)
y' = tanh(Wy h + by)
`.trim(),
  roles: { h: 'hidden', y: 'state' },
  papers: ['jordan1986'],
  conventions: [
    'What recurs is the output y, fed back to the hidden layer; the output has as many units as the hidden layer.',
    'Jordan’s own state units also keep a decaying trace of themselves; here only the last output is fed back.',
    'The output layer is a tanh, as the hidden layer is, so that only what is fed back differs from the Elman network.',
  ],
  initial: {},
  counts: [{ sizes: { input: 8, units: 16 }, parameters: 672 }],
};
