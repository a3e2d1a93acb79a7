/** A label in a row: where it would like its middle, how wide it is; any one unit of length. */
export interface Label {
  readonly middle: number;
  readonly width: number;
}

/**
 * Middles at which the labels of a row, given from left to right, neither overlap nor leave the row: each as near
 * to its wish as those before it allow, then pushed back from the right end.
 *
 * @returns undefined where they don't fit the row at all
 */
export function spread(labels: readonly Label[], row: number, gap: number): readonly number[] | undefined {
  const needed = labels.reduce((sum, { width }) => sum + width + gap, -gap);
  if (needed > row) return undefined;
  const lefts: number[] = [];
  let free = 0;
  for (const { middle, width } of labels) {
    lefts.push(Math.max(free, middle - width / 2));
    free = (lefts.at(-1) ?? 0) + width + gap;
  }
  let limit = row;
  for (const [k, { width }] of [...labels.entries()].reverse()) {
    lefts[k] = Math.min(lefts[k] ?? 0, limit - width);
    limit = (lefts[k] ?? 0) - gap;
  }
  return labels.map(({ width }, k) => (lefts[k] ?? 0) + width / 2);
}
