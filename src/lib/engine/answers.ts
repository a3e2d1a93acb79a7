/** Which steps of a batch are padding, and which of its answers count. */

import { PAD } from '../imdb/format.ts';
import type { Architecture, Value } from './architecture.ts';
import type { Examples, Questions } from './examples.ts';

/** Whether some steps are padding that the model knows as such. */
export function isPadded({ layers: [embedding] }: Architecture, { ids }: Questions): boolean {
  return embedding?.kind === 'embedding' && embedding.masked && (ids?.includes(PAD) ?? false);
}

/** Whether an answer counts: marked so or, where nothing is marked, no padding that the last layer knows of. */
export function counts(
  last: Value,
  { ids, counted }: Pick<Examples, 'ids' | 'counted'>,
  answer: number,
): boolean {
  if (!last.sequence) return true;
  if (counted !== undefined) return counted[answer] !== 0;
  return !last.masked || ids?.[answer] !== PAD;
}

/** 1 for every answer of the batch that counts, else 0. */
export function countsOf(last: Value, examples: Examples, steps: number): Uint8Array<ArrayBuffer> {
  const answers = last.sequence ? examples.size * steps : examples.size;
  return Uint8Array.from({ length: answers }, (_, answer) => Number(counts(last, examples, answer)));
}

/** How many answers of the batch count. */
export function answersOf(last: Value, examples: Examples, steps: number): number {
  const answers = last.sequence ? examples.size * steps : examples.size;
  let sum = 0;
  for (let answer = 0; answer < answers; answer++) if (counts(last, examples, answer)) sum++;
  return sum;
}
