/** Units that a strip shows side by side; beyond so many only those around the chosen one. */
const MOST = 32;
const SHOWN = 16;

/** A stretch of units, and whether more lie beyond its ends: then the strip's edge is torn. */
export interface StripUnits {
  readonly first: number;
  readonly count: number;
  readonly tornLeft: boolean;
  readonly tornRight: boolean;
}

/** Which units of a value a strip shows. @param unit the chosen one */
export function stripUnits(length: number, unit: number): StripUnits {
  if (length <= MOST) return { first: 0, count: length, tornLeft: false, tornRight: false };
  const first = Math.max(0, Math.min(Math.round(unit - SHOWN / 2), length - SHOWN));
  return { first, count: SHOWN, tornLeft: first > 0, tornRight: first + SHOWN < length };
}
