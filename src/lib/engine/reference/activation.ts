import { sigmoid } from '../../equations/operations.ts';
import type { Activation } from '../architecture.ts';

/** An activation and its derivative, which its own value y says. */
interface Curve {
  readonly of: (a: number) => number;
  readonly slope: (y: number) => number;
}

export const ACTIVATIONS: Readonly<Record<Activation, Curve>> = {
  linear: { of: (a) => a, slope: () => 1 },
  relu: { of: (a) => (a > 0 || Number.isNaN(a) ? a : 0), slope: (y) => (y > 0 ? 1 : 0) },
  tanh: { of: Math.tanh, slope: (y) => 1 - y * y },
  sigmoid: { of: sigmoid, slope: (y) => y * (1 - y) },
};
