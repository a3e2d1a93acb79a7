/**
 * A running mean of the last points, at most `window` of them, so that one batch's luck doesn't hide the trend; then
 * thinned to at most `most` points, the last one kept.
 */
export function smooth<P extends { readonly loss: number }>(
  points: readonly P[],
  window: number,
  most: number,
): P[] {
  const width = Math.max(1, Math.round(window));
  let sum = 0;
  const means = points.map((point, k) => {
    sum += point.loss;
    const left = points[k - width];
    if (left !== undefined) sum -= left.loss;
    return { ...point, loss: sum / Math.min(k + 1, width) };
  });
  const every = Math.ceil(means.length / most);
  return means.filter((_, k) => (means.length - 1 - k) % every === 0);
}
