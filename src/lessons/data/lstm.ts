import stored from './lstm.json' with { type: 'json' };
import { openNetwork } from './network.ts';

/** The LSTM of 16 units that the lesson and the home page open on. */
export const lstm = openNetwork(stored);
