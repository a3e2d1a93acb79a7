/** The largest difference, relative to the largest number expected; a number that isn't one is infinitely far. */
export function relativeError(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, largest] = [0, 0];
  for (let k = 0; k < expected.length; k++) {
    const apart = Math.abs((received[k] ?? Number.NaN) - (expected[k] ?? 0));
    difference = Math.max(difference, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
    largest = Math.max(largest, Math.abs(expected[k] ?? 0));
  }
  return difference === 0 ? 0 : difference / largest;
}
