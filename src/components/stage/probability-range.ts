/** The part of 0 to 1 that a line of probabilities is drawn on, printed beside it. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** All of it. */
export const FULL: Range = { low: 0, high: 1 };

/** How far below the top of its range a number is drawn, as a share of the range; one that isn't finite in the middle. */
export function fromTop(p: number, { low, high }: Range): number {
  return Number.isFinite(p) ? 1 - (p - low) / (high - low) : 0.5;
}

/** The least range in tenths that holds every finite number, at least three tenths wide, so that a flat line stays flat. */
export function probabilityRange(numbers: readonly number[]): Range {
  const finite = numbers.filter(Number.isFinite);
  if (finite.length === 0) return FULL;
  let low = Math.floor(Math.min(...finite) * 10 + 1e-9);
  let high = Math.ceil(Math.max(...finite) * 10 - 1e-9);
  while (high - low < 3) {
    if (high < 10) high++;
    if (high - low < 3 && low > 0) low--;
  }
  return { low: low / 10, high: high / 10 };
}
