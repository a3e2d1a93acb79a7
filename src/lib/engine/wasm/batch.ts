/** A batch on its way from the host into a tape's places: checked first, then written time-major. */

import { PAD } from '../../imdb/format.ts';
import type { Architecture, Value } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Limits } from '../learner.ts';

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

/** What is asked of the model, without what should come out. */
export type Questions = Pick<Examples, 'ids' | 'vectors' | 'size' | 'tokens'>;

const lengthOf = (
  what: string,
  given: ArrayLike<unknown> | undefined,
  expected: number,
  why: string,
): void => {
  if (given?.length !== expected)
    throw new Error(`the batch has ${given?.length ?? 'no'} ${what}, expected ${expected}: ${why}.`);
};

/** @throws Error for sizes past the limits, and for ids or vectors that aren't there or are none */
export function checkQuestions(
  { input, layers }: Architecture,
  { ids, vectors, size, tokens }: Questions,
  limits: Limits,
): void {
  for (const [what, value, most] of [
    ['examples', size, limits.size],
    ['steps', tokens, limits.tokens],
  ] as const)
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new Error(`the batch has ${value} ${what}; this learner was built for 1 to ${most}.`);
  if (input !== 'ids') {
    lengthOf('numbers', vectors, size * tokens * input, `${size} x ${tokens} steps of ${input}`);
    return;
  }
  lengthOf('word ids', ids, size * tokens, `${size} x ${tokens} steps`);
  const [embedding] = layers;
  if (ids === undefined || embedding?.kind !== 'embedding') return;
  const { vocabulary, name } = embedding;
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place] ?? -1;
    if (id < 0 || id >= vocabulary)
      throw new Error(
        `example ${Math.floor(place / tokens)} has the id ${id} at step ${place % tokens}; ${name} has rows 0 to ${vocabulary - 1}.`,
      );
  }
}

/** How many labels an answer has. */
function labelsAnAnswer({ loss }: Architecture, { size }: Value): number {
  return loss === 'numbers' ? size : 1;
}

/**
 * Checks labels against a model whose output has so many steps.
 * @throws Error where there are too few or too many, or one is no class's number
 */
export function checkLabels(
  architecture: Architecture,
  last: Value,
  { size, labels, counted }: Examples,
  steps: number,
): void {
  const each = labelsAnAnswer(architecture, last);
  const answers = last.sequence ? size * steps : size;
  lengthOf(
    'labels',
    labels,
    answers * each,
    last.sequence ? `${size} x ${steps} steps, ${each} each` : `${each} an example`,
  );
  if (counted !== undefined && last.sequence)
    lengthOf('marks of steps that count', counted, answers, `${size} x ${steps} steps`);
  if (architecture.loss === 'numbers') return;
  const classes = architecture.loss === 'verdict' ? 2 : last.size;
  for (let answer = 0; answer < answers; answer++) {
    if (last.sequence && counted?.[answer] === 0) continue;
    const label = labels[answer] ?? -1;
    if (!(label >= 0 && label < classes && Number.isInteger(label)))
      throw new Error(
        `answer ${answer} has the label ${label}; expected a whole number from 0 to ${classes - 1}.`,
      );
  }
}

/** Whether some steps are padding that the model knows as such. */
export function isPadded({ layers: [embedding] }: Architecture, { ids }: Questions): boolean {
  return embedding?.kind === 'embedding' && embedding.masked && (ids?.includes(PAD) ?? false);
}

/** Whether an answer counts: marked so or, where nothing is marked, no padding that the last layer knows of. */
function counts(last: Value, { ids, counted }: Pick<Examples, 'ids' | 'counted'>, answer: number): boolean {
  if (!last.sequence) return true;
  if (counted !== undefined) return counted[answer] !== 0;
  return !last.masked || ids?.[answer] !== PAD;
}

/** How many answers of the batch count. */
export function answersOf(last: Value, examples: Examples, steps: number): number {
  const answers = last.sequence ? examples.size * steps : examples.size;
  let sum = 0;
  for (let answer = 0; answer < answers; answer++) if (counts(last, examples, answer)) sum++;
  return sum;
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
