/** A logarithmic axis over whole powers of ten. */
export interface LogScale {
  /** Powers of ten at the gridlines, ascending. */
  readonly decades: readonly number[];
  /** Pixels of a value. */
  at(value: number): number;
}

/**
 * The axis that holds these values, its ends whole powers of ten.
 *
 * @param from pixels of the least end, `to` of the largest; either may be the larger number
 */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) throw new Error('a logarithmic axis needs a value above 0; received none.');
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...positive))), low + 1);
  return {
    decades: Array.from({ length: high - low + 1 }, (_, k) => low + k),
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

/** A power of ten as a share: `1`, `10`, `1/100`, `1/1,000,000`. */
export function decadeName(decade: number): string {
  const digits = (10 ** Math.abs(decade)).toLocaleString('en');
  return decade < 0 ? `1/${digits}` : digits;
}
