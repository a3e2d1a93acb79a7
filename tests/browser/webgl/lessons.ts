import { type Architecture, valuesOf } from '../../../src/lib/engine/architecture.ts';
import type { Examples } from '../../../src/lib/engine/examples.ts';
import type { BuildLearner, Limits } from '../../../src/lib/engine/learner.ts';
import { knownLesson } from '../../../src/lib/engine/reference.ts';
import { relativeError } from '../../../src/lib/engine/relative-error.ts';
import { engineInNumbers } from '../../../src/lib/engine/testing/learner-in-numbers.ts';
import { madeUpExamples, madeUpWeights } from '../../../src/lib/engine/testing/made-up.ts';
import { Device } from '../../../src/lib/engine/webgl/device.ts';
import { buildWebglLearner } from '../../../src/lib/engine/webgl/learner.ts';
import { startWebgl } from '../../../src/lib/engine/webgl/start.ts';
import { MODELS, type Odd } from './models.ts';

export const build: BuildLearner = async (architecture, schedule, limits) => {
  const engine = await startWebgl(true);
  if ('reason' in engine) throw new Error(`${engine.reason}: ${engine.detail}`);
  return engine.build(architecture, schedule, limits);
};

export interface Size {
  readonly size: number;
  readonly tokens: number;
}

/** A batch, made up; where convolutions take steps away, labels of those that are left. */
function examplesFor(architecture: Architecture, at: Size, seed: number, odd: Odd): Examples {
  const { padded = false, marked = false } = odd;
  const batch = madeUpExamples(architecture, { ...at, seed, padded, marked });
  if (!valuesOf(architecture).at(-1)?.sequence) return batch;
  const lost = architecture.layers.reduce(
    (sum, layer) => sum + (layer.kind === 'convolution' && layer.padding === 'valid' ? layer.width - 1 : 0),
    0,
  );
  const { labels } = batch;
  return { ...batch, labels: labels.slice(0, (labels.length / at.tokens) * (at.tokens - lost)) };
}

/** Largest errors of one lesson, each relative to the largest number expected. */
export interface LessonErrors {
  readonly loss: number;
  readonly right: number;
  readonly outputs: number;
  readonly gradients: readonly (readonly [name: string, error: number])[];
}

export async function lessonErrors(
  architecture: Architecture,
  odd: Odd,
  at: Size,
  limits: Limits,
  buildOn: BuildLearner = build,
): Promise<LessonErrors> {
  const weights = madeUpWeights(architecture, 5);
  const batch = examplesFor(architecture, at, 3 + at.size, odd);
  const learner = await buildOn(architecture, { rate: 1e-3, clip: 5, seed: 7 }, limits);
  try {
    learner.restore({ step: 0, weights });
    const known = knownLesson(architecture, weights, batch);
    // A bias's gradient may be next to nothing, what is left of sums that cancel: it has their rounding.
    const largest = Math.max(
      ...[...known.gradients.values()].flatMap((numbers) => Array.from(numbers, Math.abs)),
    );
    const [lesson, outputs] = await Promise.all([learner.lesson(batch), learner.outputs(batch)]);
    return {
      loss: relativeError([lesson.loss], [known.loss]),
      right: lesson.right - known.right,
      outputs: relativeError(outputs, known.outputs),
      gradients: [...known.gradients].map(
        ([name, gradient]) =>
          [name, relativeError(lesson.gradients.get(name), gradient, largest / 10)] as const,
      ),
    };
  } finally {
    learner.dispose();
  }
}

export const namesOfModels = (): readonly string[] => MODELS.map(([name]) => name);

function named(name: string) {
  const found = MODELS.find(([known]) => known === name);
  if (found === undefined) throw new Error(`no model is called ${name}`);
  return found;
}

export function lessonOfModel(name: string, at: Size, limits: Limits): Promise<LessonErrors> {
  const [, architecture, odd] = named(name);
  return lessonErrors(architecture, odd, at, limits);
}

/** On a device whose textures are so small that sequences and tables stand in several columns. */
export function lessonInColumns(name: string, at: Size, side: number): Promise<LessonErrors> {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  gl?.getExtension('EXT_color_buffer_float');
  if (gl === null) throw new Error('no context');
  const device = Object.defineProperty(new Device(gl), 'side', { value: side });
  const [, architecture, odd] = named(name);
  return lessonErrors(architecture, odd, at, at, (...given) => buildWebglLearner(device, ...given));
}

/** Batches of changing sizes learnt by the device, and in float64 by an engine that is held to PyTorch. */
export async function trajectoryErrors(
  name: string,
  sizes: readonly Size[],
): Promise<{
  readonly sums: Readonly<Record<string, number>>;
  readonly weights: number;
  readonly moments: number;
}> {
  const [, architecture, odd] = named(name);
  const weights = madeUpWeights(architecture, 5);
  const schedule = { rate: 1e-2, clip: 0.5, seed: 7 };
  const limits = {
    size: Math.max(...sizes.map(({ size }) => size)),
    tokens: Math.max(...sizes.map(({ tokens }) => tokens)),
  };
  const [learner, truth] = [
    await build(architecture, schedule, limits),
    await engineInNumbers('webgl').build(architecture, schedule, limits),
  ];
  for (const each of [learner, truth]) {
    each.restore({ step: 0, weights });
    for (const [k, at] of sizes.entries()) each.learn(examplesFor(architecture, at, 100 + k, odd));
  }
  const [sums, expected] = [await learner.sums(), await truth.sums()];
  const [found, known] = [await learner.snapshot(), await truth.snapshot()];
  learner.dispose();
  return {
    sums: Object.fromEntries(
      (['loss', 'right', 'answers', 'norm', 'batches'] as const).map((key) => [
        key,
        relativeError([sums[key]], [expected[key]]),
      ]),
    ),
    weights: Math.max(
      ...[...known.weights].map(([name, numbers]) => relativeError(found.weights.get(name), numbers)),
    ),
    moments: Math.max(
      ...[...found.moments].flatMap(([name, { first, second }]) => [
        relativeError(first, known.moments.get(name)?.first ?? []),
        relativeError(second, known.moments.get(name)?.second ?? []),
      ]),
    ),
  };
}
