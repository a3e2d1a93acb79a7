import type { Architecture } from '../../../src/lib/engine/architecture.ts';
import type { Learner, Limits, Snapshot } from '../../../src/lib/engine/learner.ts';
import { EngineLost } from '../../../src/lib/engine/lost.ts';
import { relativeError } from '../../../src/lib/engine/relative-error.ts';
import { madeUpExamples, madeUpWeights } from '../../../src/lib/engine/testing/made-up.ts';
import { forecast } from '../../../src/lib/engine/webgl/learner.ts';
import { startWebgl } from '../../../src/lib/engine/webgl/start.ts';
import { type Calls, calls, loseContexts } from './calls.ts';
import { build, type Size } from './lessons.ts';
import { cell, classifier, convolution, dense, dropout, model, pooling, words } from './models.ts';

const SCHEDULE = { rate: 1e-2, clip: 1, seed: 3 };

async function started(architecture: Architecture, limits: Limits): Promise<Learner> {
  const learner = await build(architecture, SCHEDULE, limits);
  learner.restore({ step: 0, weights: madeUpWeights(architecture, 1) });
  return learner;
}

const batchOf = (architecture: Architecture, at: Size, seed: number) =>
  madeUpExamples(architecture, { ...at, seed, padded: true });

/** Draws of one batch of the standard classifier. */
export async function drawsABatch(id: string, tokens: number): Promise<number> {
  const architecture = classifier(id, { size: 4, units: 5, vocabulary: 30 });
  const at = { size: 3, tokens };
  const learner = await started(architecture, at);
  learner.learn(batchOf(architecture, at, 1));
  const before = calls().draws;
  learner.learn(batchOf(architecture, at, 2));
  const { draws } = calls();
  await learner.sums();
  learner.dispose();
  return draws - before;
}

/**
 * Programs linked for a model, and then for the same layers at other sizes; and by batches of several shapes, which
 * should find them all there.
 */
export async function linkedFor(
  sizes: readonly (Size & { readonly units: number })[],
): Promise<{ readonly built: readonly number[]; readonly learning: number }> {
  const built: number[] = [];
  let learning = 0;
  for (const { units, size, tokens } of sizes) {
    const before = calls().linked;
    const architecture = model([
      words({ size: units + 1, vocabulary: 10 + units }),
      dropout('features', 0.5, true),
      convolution({ filters: units + 2 }),
      // A cell that no other test has linked programs for.
      cell('elman', {
        units,
        equations: "h' = tanh(W x + U h + b) * sigmoid(c)",
        direction: 'both',
        sequences: true,
      }),
      pooling('mean'),
      dense('middle', units, 'relu'),
      dense('head', 1),
    ]);
    const learner = await started(architecture, { size, tokens });
    const there = calls().linked;
    built.push(there - before);
    for (const at of [
      { size, tokens },
      { size: 1, tokens },
      { size, tokens: Math.ceil(tokens / 2) },
    ]) {
      learner.learn(batchOf(architecture, at, 1));
      await learner.lesson(batchOf(architecture, at, 2));
    }
    learner.dispose();
    learning += calls().linked - there;
  }
  return { built, learning };
}

/** What making and deleting 200 batches of changing shapes do after the first; the sums are not asked for in between. */
export async function turnoverOfBatches(batches: number): Promise<number> {
  const architecture = classifier('elman', { size: 3, units: 4, vocabulary: 20 });
  const learner = await started(architecture, { size: 4, tokens: 6 });
  learner.learn(batchOf(architecture, { size: 4, tokens: 6 }, 0));
  const before = calls().turnover;
  for (let k = 0; k < batches; k++)
    learner.learn(batchOf(architecture, { size: 1 + (k % 4), tokens: 1 + (k % 6) }, k));
  const { turnover } = calls();
  const sums = await learner.sums();
  learner.dispose();
  if (sums.batches !== batches + 1) throw new Error(`${sums.batches} batches were summed`);
  return turnover - before;
}

/** Objects alive after the first life of a learner, and after the last. */
export async function livesOf(
  lives: number,
): Promise<{ readonly first: Calls['alive']; readonly last: Calls['alive'] }> {
  const architecture = classifier('lstm', { size: 3, units: 2, vocabulary: 9 });
  const live = async (): Promise<Calls['alive']> => {
    const learner = await started(architecture, { size: 2, tokens: 3 });
    learner.learn(batchOf(architecture, { size: 2, tokens: 3 }, 1));
    await learner.sums();
    await learner.snapshot();
    learner.dispose();
    return calls().alive;
  };
  const first = await live();
  for (let k = 2; k < lives; k++) await live();
  return { first, last: await live() };
}

/** Bytes that were foretold, and that a learner took. */
export async function foretold(): Promise<readonly [foretold: number, taken: number]> {
  const architecture = classifier('gru-reset-after', { size: 7, units: 9, vocabulary: 50 });
  const limits = { size: 5, tokens: 11 };
  (await build(architecture, SCHEDULE, limits)).dispose();
  const before = calls().bytes;
  const learner = await build(architecture, SCHEDULE, limits);
  const { bytes } = calls();
  learner.dispose();
  return [forecast(architecture, limits), bytes - before];
}

/** More batches than the ledger has lines, in one go; and the same with the sums asked for each time. */
export async function longSums(batches: number): Promise<Readonly<Record<string, number>>> {
  const architecture = model([words({ vocabulary: 6, size: 2 }), pooling('mean'), dense('head', 1)]);
  const at = { size: 2, tokens: 3 };
  const [whole, parts] = [await started(architecture, at), await started(architecture, at)];
  const total = { loss: 0, right: 0, answers: 0, norm: 0, batches: 0 };
  for (let k = 0; k < batches; k++) {
    whole.learn(batchOf(architecture, at, k));
    parts.learn(batchOf(architecture, at, k));
    if (k % 60 !== 59 && k < batches - 1) continue;
    const sums = await parts.sums();
    for (const key of ['loss', 'right', 'answers', 'norm', 'batches'] as const) total[key] += sums[key];
  }
  const sums = await whole.sums();
  whole.dispose();
  parts.dispose();
  return Object.fromEntries(
    (['loss', 'right', 'answers', 'norm', 'batches'] as const).map((key) => [
      key,
      Math.abs(sums[key] / total[key] - 1),
    ]),
  );
}

/** What every call of a learner says once its context is gone, and how far a run that goes on is from one that did not stop. */
export async function afterLoss(): Promise<{
  readonly said: Readonly<Record<string, string>>;
  readonly difference: number;
}> {
  const architecture = classifier('lstm', { size: 3, units: 5, vocabulary: 12 });
  const at = { size: 4, tokens: 6 };
  const run = async (learner: Learner, from: number, to: number): Promise<Required<Snapshot>> => {
    for (let k = from; k < to; k++) learner.learn(batchOf(architecture, at, k));
    return learner.snapshot();
  };
  const whole = await started(architecture, at);
  const expected = await run(whole, 0, 12);
  whole.dispose();

  const learner = await started(architecture, at);
  const kept = await run(learner, 0, 5);
  for (let k = 5; k < 8; k++) learner.learn(batchOf(architecture, at, k));
  const waiting = learner.sums();
  loseContexts();
  const engine = await startWebgl(true);
  const say = async (work: () => unknown): Promise<string> => {
    try {
      await work();
      return 'nothing';
    } catch (fault) {
      return fault instanceof EngineLost ? fault.name : String(fault);
    }
  };
  const said = {
    'sums that were waited for': await say(() => waiting),
    learn: await say(() => learner.learn(batchOf(architecture, at, 8))),
    sums: await say(() => learner.sums()),
    lesson: await say(() => learner.lesson(batchOf(architecture, at, 8))),
    outputs: await say(() => learner.outputs(batchOf(architecture, at, 8))),
    snapshot: await say(() => learner.snapshot()),
    restore: await say(() => learner.restore(kept)),
    dispose: await say(() => learner.dispose()),
  };
  if ('reason' in engine) throw new Error(`no engine after the loss: ${engine.detail}`);
  const next = await engine.build(architecture, SCHEDULE, at);
  next.restore(kept);
  const found = await run(next, 5, 12);
  next.dispose();
  return {
    said,
    difference: Math.max(
      ...[...expected.weights].map(([name, numbers]) => relativeError(found.weights.get(name), numbers)),
    ),
  };
}

/** Sums and weights after a batch of weights so large that float32 has no number for what follows from them. */
export async function beyondNumbers(): Promise<{
  readonly loss: number;
  readonly norm: number;
  readonly again: number;
}> {
  const architecture = model([words({ masked: false }), pooling('mean'), dense('head', 1)]);
  const at = { size: 2, tokens: 3 };
  const learner = await started(architecture, at);
  const good = await learner.snapshot();
  const huge = new Map(
    [...good.weights].map(([name, numbers]) => [name, numbers.map((number) => 1e37 * number)]),
  );
  learner.restore({ step: 0, weights: huge });
  learner.learn(batchOf(architecture, at, 1));
  const { loss, norm } = await learner.sums();
  learner.restore(good);
  learner.learn(batchOf(architecture, at, 1));
  const again = await learner.sums();
  learner.dispose();
  return { loss, norm, again: again.loss };
}
