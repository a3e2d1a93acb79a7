/** Stops of the diverging scale, `--d0` (most negative) to `--d8` (most positive). */
const STOPS = 9;
const MIDDLE = (STOPS - 1) / 2;

/** Steps that a printed bound may have within its power of ten. */
const NICE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/**
 * The bound of a symmetric scale that holds every number: the least round number that is not below any of
 * them in size. Numbers that aren't finite have no place on a scale and are passed over.
 *
 * @returns at least 1e-6, so that all zeros still have a scale
 */
export function symmetricBound(numbers: Iterable<number>): number {
  let largest = 0;
  for (const value of numbers) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  if (largest < 1e-6) return largest === 0 ? 1 : 1e-6;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = NICE.find((nice) => nice * power >= largest * (1 - 1e-12)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/**
 * The fill of a cell on the scale, as CSS: between two neighbouring stops, mixed in oklab, so that light, dark and print
 * each bring their own stops.
 *
 * @param value on −bound to bound; outside it the end of the scale
 * @returns undefined for what isn't a number: it has no place on the scale, and the caller marks it
 */
export function heat(value: number, bound: number): string | undefined {
  if (Number.isNaN(value)) return undefined;
  const position = MIDDLE * (1 + Math.max(-1, Math.min(1, value / bound)));
  const low = Math.min(Math.floor(position), STOPS - 2);
  // A step of four per cent is below what an eye tells apart, and keeps the page's text short.
  const share = Math.round((position - low) * 25) * 4;
  if (share === 0) return `var(--d${low})`;
  if (share === 100) return `var(--d${low + 1})`;
  return `color-mix(in oklab, var(--d${low + 1}) ${share}%, var(--d${low}))`;
}

/** The whole scale as a gradient, for its key. */
export const SCALE_GRADIENT = `linear-gradient(in oklab to right, ${Array.from({ length: STOPS }, (_, k) => `var(--d${k})`).join(', ')})`;
