import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { FIRST_WORD, PAD } from '../imdb/format.ts';
import { architectureOf } from './classifier-architecture.ts';
import type { Configuration } from './configuration.ts';
import type { Engine } from './engine.ts';
import type { Examples } from './examples.ts';
import { initialWeights } from './initial-weights.ts';
import type { Weights } from './learner.ts';
import type { SelfTest } from './protocol.ts';
import { knownLesson } from './reference.ts';
import { relativeError } from './relative-error.ts';
import { buildOn } from './session.ts';
import { TOUCHSTONE } from './touchstone.ts';

/**
 * How far from the truth an engine may be and still train. Sums in float32 come within 1e-5 (the tests hold them to
 * it); graphics drivers are allowed coarser exponentials, and one that is broken is wrong by far more.
 */
const TOLERANCE = 1e-3;

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
export function madeUpBatch({
  batch: size,
  tokens,
  vocabulary,
  seed,
}: Pick<Configuration, 'batch' | 'tokens' | 'vocabulary' | 'seed'>): Examples & { readonly ids: Int32Array } {
  const random = xoroshiro128plus(seed);
  const words = Math.min(vocabulary, 12) - FIRST_WORD;
  const ids = Int32Array.from({ length: size * tokens }, (_, k) => {
    const row = Math.floor(k / tokens);
    const padding = Math.floor((row * tokens) / size);
    return k % tokens < padding ? PAD : FIRST_WORD + ((random.next() >>> 1) % words);
  });
  return { ids, labels: Float32Array.from({ length: size }, (_, row) => row % 2), size, tokens };
}

/** Initial word vectors times ten, no bias at zero: far enough from zero that every derivative counts. */
function spreadOut(weights: Weights): Weights {
  return new Map(
    [...weights].map(([name, values]) => [
      name,
      name === 'embedding.table'
        ? values.map((value, k) => 10 * value + 0.05 * Math.sin(k + 1))
        : values.map((value, k) => value + 0.1 * Math.sin(k + 1)),
    ]),
  );
}

/** Checks an engine on a small batch with padding, whose loss and gradients are known. */
export async function selfTest(engine: Engine, equations: string): Promise<SelfTest> {
  const configuration = { ...SMALL, equations };
  const architecture = architectureOf(configuration);
  const weights = spreadOut(initialWeights(architecture, configuration.seed));
  const batch = madeUpBatch(configuration);
  const known = knownLesson(architecture, weights, batch);
  const learner = await buildOn(engine, configuration);
  try {
    learner.restore({ step: 0, weights });
    const { loss, gradients } = await learner.lesson(batch);
    return {
      engine: engine.name,
      loss: { expected: known.loss, received: loss },
      gradients: [...known.gradients].map(([variable, expected]) => ({
        variable,
        error: relativeError(gradients.get(variable) ?? [], expected),
      })),
    };
  } finally {
    learner.dispose();
  }
}

/** Whether an engine computes what is known; else what is wrong, in words. */
export async function wrongNumbers(engine: Engine): Promise<string | undefined> {
  const { loss, gradients } = await selfTest(engine, TOUCHSTONE);
  const worst = Math.max(Math.abs(loss.received / loss.expected - 1), ...gradients.map(({ error }) => error));
  return worst <= TOLERANCE ? undefined : `off by ${worst} on a known batch`;
}
