import { dispose } from '@tensorflow/tfjs-core';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { FIRST_WORD, PAD } from '../imdb/format.ts';
import { buildClassifier, disposeClassifier, setWeights } from './classifier.ts';
import { architectureOf } from './classifier-architecture.ts';
import type { Configuration } from './configuration.ts';
import { initialModel } from './initial-model.ts';
import type { TrainedModel } from './model.ts';
import type { SelfTest } from './protocol.ts';
import { type Known, knownLesson } from './reference.ts';
import { type Examples, lessonOf } from './step.ts';
import { weightsOf } from './weights.ts';

/** A small model: every size another number, so that a mixed-up axis can't hide. */
const SMALL: Omit<Configuration, 'equations'> = {
  units: 5,
  embedding: 3,
  reviews: 2_000,
  tokens: 7,
  vocabulary: 100,
  batch: 4,
  epochs: 1,
  rate: 1e-3,
  clip: 5,
  dropout: 0,
  starts: [],
  seed: 11,
};

/** Made-up reviews of every length from 1 to the configuration's, padded on the left; words occur more than once. */
export function madeUpBatch({ batch: size, tokens, vocabulary, seed }: Configuration): Examples {
  const random = xoroshiro128plus(seed);
  const words = Math.min(vocabulary, 12) - FIRST_WORD;
  const ids = Int32Array.from({ length: size * tokens }, (_, k) => {
    const row = Math.floor(k / tokens);
    const padding = Math.floor((row * tokens) / size);
    return k % tokens < padding ? PAD : FIRST_WORD + ((random.next() >>> 1) % words);
  });
  return { ids, labels: Float32Array.from({ length: size }, (_, row) => row % 2), size, tokens };
}

/** Initial weights times ten, biases too: far enough from zero that every derivative counts. */
function spreadOut(model: TrainedModel): TrainedModel {
  const scaled = (values: Float32Array) => values.map((value, k) => 10 * value + 0.05 * Math.sin(k + 1));
  return {
    ...model,
    embedding: scaled(model.embedding),
    head: { weights: model.head.weights, bias: 0.1 },
    parameters: new Map(
      [...model.parameters].map(([name, values]) => [
        name,
        values.map((value, k) => value + 0.1 * Math.sin(k + 1)),
      ]),
    ),
  };
}

/** How far what an engine computed is from what is known. */
export async function compare(
  configuration: Configuration,
  model: TrainedModel,
  batch: Examples,
  known: Known,
): Promise<Omit<SelfTest, 'engine'>> {
  const classifier = buildClassifier(configuration);
  try {
    setWeights(classifier, model);
    const lesson = lessonOf(classifier, batch, false);
    const [received = Number.NaN] = await lesson.loss.data();
    const gradients: { variable: string; error: number }[] = [];
    for (const [variable, expected] of known.gradients) {
      const gradient = lesson.gradients.get(variable);
      const values = gradient === undefined ? new Float32Array(expected.length) : await gradient.data();
      gradients.push({ variable, error: relativeError(values, expected) });
    }
    dispose([lesson.loss, lesson.right, ...lesson.gradients.values()]);
    return { loss: { expected: known.loss, received }, gradients };
  } finally {
    disposeClassifier(classifier);
  }
}

/** The largest difference, relative to the largest number expected; a number that isn't one is infinitely far. */
export function relativeError(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let k = 0; k < expected.length; k++) {
    const apart = Math.abs((received[k] ?? Number.NaN) - (expected[k] ?? 0));
    difference = Math.max(difference, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
    largest = Math.max(largest, Math.abs(expected[k] ?? 0));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** Checks tfjs's present backend on a small batch with padding. */
export async function selfTest(equations: string): Promise<Omit<SelfTest, 'engine'>> {
  const configuration = { ...SMALL, equations };
  const model = spreadOut(initialModel(configuration));
  const batch = madeUpBatch(configuration);
  return compare(
    configuration,
    model,
    batch,
    knownLesson(architectureOf(configuration), weightsOf(model), batch),
  );
}
