/** A review of up to this many words is shown whole. */
export const WHOLE = 14;
/** A longer one through a window of this many. */
export const WINDOW = 12;

/** Which words the heat map shows: `start` is the first, 0-based. */
export interface Window {
  readonly start: number;
  readonly size: number;
}

/** How many words the map shows of a review. */
export function windowSize(words: number): number {
  return words <= WHOLE ? words : WINDOW;
}

/** The start nearest to the wished one at which the window lies within the review. */
export function clampStart(start: number, words: number): number {
  return Math.max(0, Math.min(Math.round(start), words - windowSize(words)));
}

/** The start that puts a word in the window's middle, as far as the review's ends allow. */
export function centred(word: number, words: number): number {
  return clampStart(word - Math.floor(windowSize(words) / 2), words);
}

/**
 * The start after now has moved to a word: a step at the edge takes the window along by as much as it needs;
 * a jump past it centres the word.
 */
export function follow(start: number, word: number, words: number): number {
  const size = windowSize(words);
  const beyond = word < start ? word - start : word - (start + size - 1);
  if (word >= start && word < start + size) return clampStart(start, words);
  return Math.abs(beyond) <= 1 ? clampStart(start + beyond, words) : centred(word, words);
}
