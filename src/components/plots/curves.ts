import type { Score } from '../../lib/engine/protocol.ts';

/** What the two charts of a run are drawn from. Epochs are the unit of x: batch s of n an epoch stands at s / n. */
export interface Curves {
  /** Epochs planned. */
  readonly epochs: number;
  readonly batchesAnEpoch: number;
  /** Mean loss of the batches since the last point, at a batch. */
  readonly batches: readonly { readonly step: number; readonly loss: number }[];
  readonly scores: readonly {
    readonly epoch: number;
    readonly training: Score;
    readonly validation: Score;
  }[];
  /** Batches done so far. */
  readonly step: number;
  /** `planned` before it begins, `running`, `stopped` before the plan's end, `finished`. */
  readonly state: 'planned' | 'running' | 'stopped' | 'finished';
}

/** Where a batch stands on x. */
export const epochOf = (curves: Curves, step: number): number => step / Math.max(1, curves.batchesAnEpoch);

/**
 * The end of x: the plan when it is short; of a longer one the next even epoch past the run, so that the curve
 * grows into its chart and never jumps within an epoch.
 */
export function lastEpoch(curves: Curves): number {
  const SHORT = 6;
  if (curves.epochs <= SHORT) return curves.epochs;
  const shown = 2 * Math.ceil((Math.floor(epochOf(curves, curves.step)) + 1) / 2);
  return Math.min(curves.epochs, Math.max(SHORT, shown));
}

/** The epoch with the smallest validation loss; undefined before the first. Of equals, the first. */
export function bestEpoch(curves: Curves): Curves['scores'][number] | undefined {
  return curves.scores.reduce<Curves['scores'][number] | undefined>(
    (best, score) => (best === undefined || score.validation.loss < best.validation.loss ? score : best),
    undefined,
  );
}
