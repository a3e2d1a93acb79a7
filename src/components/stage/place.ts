/** Where a reader stands: a word, a statement within it (both 0-based), a unit. */
export interface Place {
  readonly word: number;
  readonly step: number;
  readonly unit: number;
}

const HASH = /^#at=(\d{1,4})\.(\d{1,3})\.(\d{1,3})$/;

/** The place as a link's fragment: words and statements counted from 1, as they are read; units from 0, as they are named. */
export function placeHash({ word, step, unit }: Place): string {
  return `#at=${word + 1}.${step + 1}.${unit}`;
}

/** The place that a fragment names; undefined for any other fragment, such as a heading's. */
export function parsePlace(hash: string): Place | undefined {
  const [, word, step, unit] = HASH.exec(hash) ?? [];
  if (word === undefined || step === undefined || unit === undefined) return undefined;
  return { word: Number(word) - 1, step: Number(step) - 1, unit: Number(unit) };
}
