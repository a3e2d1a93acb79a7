import stored from './elman.json' with { type: 'json' };
import { openNetwork } from './network.ts';

/** An Elman network of 16 units, trained as the LSTM beside it was. */
export const elman = openNetwork(stored);
