/** Least distance between two labels at lines' ends, in pixels. */
const GAP = 17;

/**
 * Moves labels apart where their lines end close together, keeping their order and as near to their lines as the
 * gap allows.
 *
 * @param places where each line ends, in pixels from the top, in any order
 * @returns where each label stands, in the same order, within `least` and `most` if they fit at all
 */
export function spread(places: readonly number[], least: number, most: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  // Clusters of touching labels, each as wide as its labels need and centred on the mean of their places.
  const clusters: { sum: number; count: number; top: number }[] = [];
  for (const { place } of order) {
    clusters.push({ sum: place, count: 1, top: place });
    for (;;) {
      const last = clusters.at(-1);
      const before = clusters.at(-2);
      if (last === undefined || before === undefined || before.top + before.count * GAP <= last.top) break;
      clusters.pop();
      before.sum += last.sum;
      before.count += last.count;
      before.top = before.sum / before.count - ((before.count - 1) * GAP) / 2;
    }
  }
  const placed = new Array<number>(places.length).fill(0);
  let k = 0;
  for (const { top, count } of clusters) {
    const height = (count - 1) * GAP;
    const start = Math.max(least, Math.min(most - height, top));
    for (let row = 0; row < count; row++) {
      const entry = order[k++];
      if (entry !== undefined) placed[entry.index] = start + row * GAP;
    }
  }
  return placed;
}
