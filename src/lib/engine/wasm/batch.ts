/** A batch on its way from the host into a tape's places, written time-major. */

import { PAD } from '../../imdb/format.ts';
import { counts } from '../answers.ts';
import type { Value } from '../architecture.ts';
import type { Examples, Questions } from '../examples.ts';

/** A shard's places as views; see `ShardInputs`. */
export interface ShardViews {
  readonly from: number;
  readonly size: number;
  readonly ids: Int32Array | undefined;
  readonly vectors: Float32Array | undefined;
  readonly mask: Float32Array | undefined;
  readonly labels: Float32Array | undefined;
  readonly weights: Float32Array | undefined;
  readonly first: Int32Array;
}

/** Writes the word ids of some of the batch's examples, time-major, from one place on. */
export function writeIds(
  to: Int32Array,
  at: number,
  { ids, tokens }: Questions,
  from: number,
  size: number,
): void {
  if (ids === undefined) return;
  for (let row = 0; row < size; row++)
    for (let step = 0; step < tokens; step++)
      to[at + step * size + row] = ids[(from + row) * tokens + step] ?? PAD;
}

/** Writes a shard's words or vectors. */
export function writeQuestions(shard: ShardViews, questions: Questions): void {
  const { ids, vectors, mask, first, from, size } = shard;
  const { tokens, vectors: given } = questions;
  first[0] = from;
  if (ids !== undefined) {
    writeIds(ids, 0, questions, from, size);
    if (mask !== undefined)
      for (let place = 0; place < ids.length; place++) mask[place] = ids[place] === PAD ? 0 : 1;
  }
  if (vectors === undefined || given === undefined) return;
  const width = vectors.length / (tokens * size);
  for (let step = 0; step < tokens; step++)
    for (let row = 0; row < size; row++) {
      const [to, at] = [(step * size + row) * width, ((from + row) * tokens + step) * width];
      for (let k = 0; k < width; k++) vectors[to + k] = given[at + k] ?? Number.NaN;
    }
}

/**
 * Writes a shard's labels, and what each answer's loss counts.
 * @param answers how many count in the whole batch
 */
export function writeLabels(
  { labels, weights, from, size }: ShardViews,
  last: Value,
  examples: Examples,
  answers: number,
): void {
  if (labels === undefined || weights === undefined) return;
  const steps = weights.length / size;
  const each = labels.length / weights.length;
  for (let step = 0; step < steps; step++)
    for (let row = 0; row < size; row++) {
      const [to, answer] = [step * size + row, (from + row) * steps + step];
      weights[to] = counts(last, examples, answer) ? 1 / answers : 0;
      for (let k = 0; k < each; k++) labels[to * each + k] = examples.labels[answer * each + k] ?? Number.NaN;
    }
}

/** Rows as they lie, time-major, to examples one after another: [steps · size, width] to [size, steps, width]. */
export function byExample(rows: Float32Array, size: number, steps: number): Float32Array {
  const width = rows.length / (size * steps);
  const given = new Float32Array(rows.length);
  for (let step = 0; step < steps; step++)
    for (let row = 0; row < size; row++) {
      const at = (step * size + row) * width;
      given.set(rows.subarray(at, at + width), (row * steps + step) * width);
    }
  return given;
}
