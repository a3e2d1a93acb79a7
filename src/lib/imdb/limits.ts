import { OUT_OF_VOCABULARY, PAD } from './format.ts';

/** What a reader keeps of every review. */
export interface Limits {
  /** The last so many tokens (START is the first token of all). */
  readonly tokens: number;
  /** Ids below this number; the others become OUT_OF_VOCABULARY. Ids go by frequency, so the common words stay. */
  readonly vocabulary: number;
}

/** Which end of a row the padding fills. The mask makes the two train alike; what differs is only the picture. */
export type Side = 'left' | 'right';

/** The review's last tokens under a smaller vocabulary; a new array. */
export function limit(ids: Uint16Array, { tokens, vocabulary }: Limits): Uint16Array {
  return ids.slice(-tokens).map((id) => (id < vocabulary ? id : OUT_OF_VOCABULARY));
}

/**
 * A row of exactly `width` ids, filled with PAD. On the left by default: the verdict then always stands in the
 * last column, whatever the length.
 * @throws RangeError when there are more ids than columns.
 */
export function pad(ids: ArrayLike<number>, width: number, side: Side = 'left'): Int32Array<ArrayBuffer> {
  if (ids.length > width) {
    throw new RangeError(
      `A row of ${width} columns can't hold ${ids.length} tokens; limit the review first.`,
    );
  }
  const row = new Int32Array(width).fill(PAD);
  row.set(ids, side === 'left' ? width - ids.length : 0);
  return row;
}
