/**
 * The largest difference, relative to the largest number expected, or at least to `floor`. What is missing, too much or
 * no number is infinitely far.
 */
export function relativeError(
  received: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  floor = 0,
): number {
  if (received?.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, largest] = [0, floor];
  for (let k = 0; k < expected.length; k++) {
    const each = Math.abs((received[k] ?? Number.NaN) - (expected[k] ?? 0));
    difference = Math.max(difference, Number.isNaN(each) ? Number.POSITIVE_INFINITY : each);
    largest = Math.max(largest, Math.abs(expected[k] ?? 0));
  }
  return difference === 0 ? 0 : difference / largest;
}
