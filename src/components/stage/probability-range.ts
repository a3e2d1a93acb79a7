/** The part of 0 to 1 that a line of probabilities is drawn on, printed beside it. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The least range in tenths that holds every finite number, at least three tenths wide, so that a flat line stays flat. */
export function probabilityRange(numbers: readonly number[]): Range {
  const finite = numbers.filter(Number.isFinite);
  if (finite.length === 0) return { low: 0, high: 1 };
  let low = Math.floor(Math.min(...finite) * 10 + 1e-9);
  let high = Math.ceil(Math.max(...finite) * 10 - 1e-9);
  while (high - low < 3) {
    if (high < 10) high++;
    if (high - low < 3 && low > 0) low--;
  }
  return { low: low / 10, high: high / 10 };
}
