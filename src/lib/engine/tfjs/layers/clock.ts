/** Which batch is being trained on, so that what is dropped follows from the seed and the step alone. */
export interface Clock {
  readonly seed: number;
  step: number;
}

/** Of a layer that was loaded on its own and has no run to follow. */
export const STILL: Clock = { seed: 0, step: 0 };
