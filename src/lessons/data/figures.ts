import { named } from '../../lib/equations/numbers.ts';
import { probability, readReview } from '../../lib/runs/reading.ts';
import { cellJacobian } from './jacobian.ts';
import { lstm } from './lstm.ts';
import measured from './measured.json' with { type: 'json' };
import { idsOf, wordsOf } from './network.ts';
import { sentence } from './sentences.ts';

/**
 * The numbers in the LSTM lesson's prose, computed at build from the shipped weights, or read from what
 * `scripts/reference/lstm-lesson.py` measured.
 */

const ids = idsOf(lstm, sentence('ending'));
/** The lesson's sentence as the shipped LSTM reads it. */
export const reading = readReview(lstm.model, ids);
export const words = wordsOf(lstm, ids);

/** Where a word stands in the sentence, 0-based. @throws Error for a word that isn't in it */
export function wordAt(word: string): number {
  const index = words.indexOf(word);
  if (index < 0) throw new Error(`the lesson's sentence has no “${word}”; it has ${words.join(' ')}.`);
  return index;
}

/** A unit's number at a word, by its name in the equations; `c` is before the word, `c'` after it. */
export function at(name: string, word: string, unit: number): number {
  const value = named(reading.recording, wordAt(word), name)[unit];
  if (value === undefined) throw new Error(`${name} has no unit ${unit}.`);
  return value;
}

/** The probability of a positive review had it ended after this word. */
export function positive(word: string): number {
  return probability(reading.logits[wordAt(word)] ?? Number.NaN);
}

/** The same after the last word, with one unit's output held at zero there. */
export function positiveWithout(unit: number): number {
  const last = words.length - 1;
  const h = named(reading.recording, last, "h'")[unit] ?? Number.NaN;
  return probability(
    (reading.logits[last] ?? Number.NaN) - h * (lstm.model.head.weights[unit] ?? Number.NaN),
  );
}

/** Every unit's value at every word, [words][units]. */
export function table(name: string): readonly Float64Array[] {
  return words.map((_, word) => named(reading.recording, word, name));
}

/** ∂c′/∂c at a word. */
export const jacobianAt = (word: string) =>
  cellJacobian(reading.recording, lstm.model.parameters, wordAt(word));

/** The most that a matrix can stretch a vector: its largest singular value, by power iteration. */
export function largestStretch(matrix: readonly (readonly number[])[]): number {
  const columns = matrix[0]?.length ?? 0;
  let vector = Array.from({ length: columns }, (_, k) => 1 + k / columns);
  let norm = 0;
  for (let round = 0; round < 500; round += 1) {
    const through = matrix.map((row) => row.reduce((sum, value, k) => sum + value * (vector[k] ?? 0), 0));
    const back = vector.map((_, k) =>
      matrix.reduce((sum, row, unit) => sum + (row[k] ?? 0) * (through[unit] ?? 0), 0),
    );
    norm = Math.hypot(...back);
    vector = back.map((value) => value / norm);
  }
  return Math.sqrt(norm);
}

/** What was measured of one cell, of the shipped seed and of all. */
type CellName = 'lstm' | 'elman';

export const reviews = measured.reviews;
export const seeds = measured.seeds.length;

function shipped<Row extends { readonly seed: number }>(rows: readonly Row[]): Row {
  const row = rows.find(({ seed }) => seed === measured.shippedSeed);
  if (row === undefined)
    throw new Error('measured.json has no row of the shipped seed. Run scripts/reference/lstm-lesson.py.');
  return row;
}

/** Spread over the reviews of the gradient's size by words back, as a share of its size at the last word. */
export const curve = (cell: CellName) => shipped(measured.throughTime[cell]).curve ?? [];
/** The share at 40 words back, one number a review, ascending. */
export const reviewsAt40 = (cell: CellName) => shipped(measured.throughTime[cell]).reviews40 ?? [];
/** Medians of the path through f alone, by words back. */
export const forgetAlone = shipped(measured.throughTime.lstm).forgetAloneCurve ?? [];
/** How many reviews' gradients were larger 40 words back than at the last word. */
export const grew = (cell: CellName) => shipped(measured.throughTime[cell]).grew['40'];
/** Medians at 40 words back, one a seed. */
export const mediansOfSeeds = (cell: CellName) =>
  measured.throughTime[cell].map(({ seed, back }) => ({ seed, median: back['40'].median }));

/** Mean change of the probability when only the last words are read. */
export const onlyLast = (cell: CellName) => shipped(measured.onlyLast[cell]).moved;

/** Accuracy on the test part, one a seed. */
export const accuracies = (kind: keyof typeof measured.accuracies) =>
  measured.accuracies[kind].map(({ test }) => test.accuracy);
/** Validation accuracy after the first epoch, one a seed. */
export const firstEpochs = (kind: keyof typeof measured.accuracies) =>
  measured.accuracies[kind].map(({ validation }) => validation[0]?.accuracy ?? Number.NaN);

/** What each unit of the shipped LSTM does over the test part, beside the whole network's accuracy there. */
export const { units, accuracy: wholeAccuracy } = measured.units;

export const least = (values: readonly number[]) => Math.min(...values);
export const most = (values: readonly number[]) => Math.max(...values);
export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
