import type { Rounding } from '../../equations/numbers.ts';

/** What stands between two layers, of a whole batch, in float64. */
export interface Activity {
  /** Examples. */
  readonly size: number;
  /** Steps of each; 1 where it is no sequence. */
  readonly steps: number;
  readonly features: number;
  readonly sequence: boolean;
  /** [size, steps, features], row-major. Word ids are one feature. */
  readonly values: Float64Array;
  /** [size, steps]: false where a step is padding. Without it every step counts. */
  readonly mask: readonly boolean[] | undefined;
}

/** What a layer may read and must add to while a lesson is worked out. */
export interface Scene {
  /** The layer's place in its model, from 0. */
  readonly place: number;
  /** A variable's numbers, row-major, by its full name. */
  readonly weight: (name: string) => Float64Array;
  /** Adds to a variable's gradient, from an offset on. */
  readonly addTo: (name: string, offset: number, values: ArrayLike<number>) => void;
  /** Where dropout comes from; without it nothing is dropped. */
  readonly dropout: { readonly seed: number; readonly step: number } | undefined;
  /** What becomes of each value of a cell once it is computed. */
  readonly rounded: Rounding | undefined;
}

/** A layer on one batch: what it gave, and how dL/d(that) becomes dL/d(what came in). */
export interface Passed {
  readonly output: Activity;
  readonly back: (towards: Float64Array) => Float64Array;
}

/** How a kind of layer is worked out. */
export type Pass<L> = (layer: L, input: Activity, scene: Scene) => Passed;

/** One example's features at one step; a view. */
export function at(
  { steps, features }: Pick<Activity, 'steps' | 'features'>,
  values: Float64Array,
  example: number,
  step: number,
): Float64Array {
  const start = (example * steps + step) * features;
  return values.subarray(start, start + features);
}
