/**
 * The frame that a run's charts share, in pixels. The page draws it empty before a run, and Plot draws the same
 * one when there is something to show, so that nothing moves.
 */
export const FRAME = { height: 246, top: 44, right: 100, bottom: 26, left: 34 } as const;

/** Whole epochs that carry a tick: all of up to ten, else every second, fifth or tenth. */
export function epochTicks(last: number): number[] {
  const every = [1, 2, 5, 10].find((step) => last / step <= 10) ?? 10;
  return Array.from({ length: Math.floor(last / every) }, (_, k) => (k + 1) * every);
}

/** Ticks of accuracy, whose range is fixed: guessing to always right. */
export const ACCURACY = { least: 0.5, most: 1, ticks: [0.5, 0.6, 0.7, 0.8, 0.9, 1] } as const;

/** The range of loss: from 0 to a little above guessing (ln 2 = 0.69), or to what the run reached. */
export function lossRange(losses: Iterable<number>): {
  readonly most: number;
  readonly ticks: readonly number[];
} {
  let most = 0.8;
  for (const loss of losses) if (Number.isFinite(loss)) most = Math.max(most, loss);
  const step = [0.2, 0.5, 1, 2, 5, 10, 50, 100, 1000].find((size) => most / size <= 5) ?? most / 5;
  const count = Math.ceil(most / step - 1e-9);
  return {
    most: count * step,
    ticks: Array.from({ length: count + 1 }, (_, k) => Number((k * step).toFixed(6))),
  };
}
