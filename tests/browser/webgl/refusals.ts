import type { Architecture, Layer } from '../../../src/lib/engine/architecture.ts';
import type { Limits, Schedule, Snapshot } from '../../../src/lib/engine/learner.ts';
import { relativeError } from '../../../src/lib/engine/relative-error.ts';
import { madeUpWeights } from '../../../src/lib/engine/testing/made-up.ts';
import { calls } from './calls.ts';
import { build } from './lessons.ts';
import { cell, convolution, dense, model, pooling, words } from './models.ts';

const verdict = (...layers: readonly Layer[]): Architecture => model([...layers, dense('head', 1)]);
const mean = pooling('mean');

interface Impossible {
  readonly architecture?: Architecture;
  readonly schedule?: Partial<Schedule>;
  readonly limits?: Partial<Limits>;
}

/** What can't be built, by what the error has to say. */
const IMPOSSIBLE: Readonly<Record<string, Impossible>> = {
  'odd: only the plain tfjs engine': {
    architecture: verdict(words(), { kind: 'plain', name: 'odd', className: 'Flatten', config: {} }),
  },
  'second: an embedding': { architecture: verdict(words(), words({ name: 'second' }), mean) },
  'put an embedding first': { architecture: verdict(mean) },
  'words: the vocabulary is 0': { architecture: verdict(words({ vocabulary: 0 }), mean) },
  'words: 900000000 rows': { architecture: verdict(words({ vocabulary: 900_000_000 }), mean) },
  'cell: the number of units is 2.5': { architecture: verdict(words(), cell('lstm', { units: 2.5 })) },
  'cell: line 1, column 16': {
    architecture: verdict(words(), cell('lstm', { equations: "h' = tanh(W x + " })),
  },
  'convolution: a valid convolution of width 9': {
    architecture: verdict(words(), convolution({ padding: 'valid', width: 9 }), mean),
  },
  'a verdict is one logit': { architecture: model([words(), mean, dense('head', 2)]) },
  'the learning rate is NaN': { schedule: { rate: Number.NaN } },
  'the largest norm is 0': { schedule: { clip: 0 } },
  'the largest batch is -1': { limits: { size: -1 } },
  'the longest sequence is 0': { limits: { tokens: 0 } },
};

/** What is said of each, and how many objects were made before it was. */
export async function refusals(): Promise<readonly { expected: string; said: string; made: number }[]> {
  const found: { expected: string; said: string; made: number }[] = [];
  for (const [expected, { architecture, schedule, limits }] of Object.entries(IMPOSSIBLE)) {
    const before = calls().turnover;
    const said = await message(() =>
      build(
        architecture ?? verdict(words(), mean),
        { rate: 1e-3, clip: 5, seed: 1, ...schedule },
        { size: 4, tokens: 7, ...limits },
      ),
    );
    found.push({ expected, said, made: calls().turnover - before });
  }
  return found;
}

/** What is said of states that aren't this model's, and whether any changed what was there. */
export async function wrongStates(): Promise<{ readonly said: readonly string[]; readonly changed: number }> {
  const architecture = verdict(words(), cell('elman'));
  const learner = await build(architecture, { rate: 1e-3, clip: 5, seed: 1 }, { size: 2, tokens: 3 });
  const weights = madeUpWeights(architecture, 2);
  learner.restore({ step: 4, weights });
  const good = await learner.snapshot();
  const but = (name: string, numbers: Float32Array | undefined) => {
    const other = new Map(madeUpWeights(architecture, 3));
    if (numbers === undefined) other.delete(name);
    else other.set(name, numbers);
    return other;
  };
  const length = weights.get('words.table')?.length ?? 0;
  const states: readonly Snapshot[] = [
    { step: 0, weights: but('head.bias', undefined) },
    { step: 0, weights: but('words.table', new Float32Array(length - 1)) },
    { step: 0, weights: but('words.table', new Float32Array(length).fill(Number.NaN, 7, 8)) },
    { step: 0, weights: but('head.bias', Float32Array.of(Number.POSITIVE_INFINITY)) },
    { step: 0, weights, moments: new Map([...good.moments].slice(1)) },
    { step: -1, weights },
  ];
  const said: string[] = [];
  for (const state of states) said.push(await message(async () => learner.restore(state)));
  const after = await learner.snapshot();
  learner.dispose();
  said.push(await message(() => learner.sums()));
  return {
    said,
    changed: Math.max(
      after.step - good.step,
      ...[...good.weights].map(([name, numbers]) => relativeError(after.weights.get(name), numbers)),
    ),
  };
}

async function message(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'nothing';
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}
