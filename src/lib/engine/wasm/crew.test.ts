import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { findCell } from '../../cells/index.ts';
import type { Architecture } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Learner, Limits, Snapshot } from '../learner.ts';
import { madeUpExamples, madeUpWeights } from '../testing/made-up.ts';
import { openCrewThread } from './crew-node.ts';
import type { OpenedWorker } from './crew-protocol.ts';
import { type KernelCode, loadKernel } from './kernel.ts';
import { buildWasmLearner } from './learner.ts';
import { readBinary } from './node.ts';

let code: KernelCode;
beforeAll(async () => {
  await ensureKernel();
  code = await loadKernel(readBinary);
}, 60_000);

/** Word vectors that are trained, dropout of every kind, both directions. */
const MODEL: Architecture = {
  input: 'ids',
  layers: [
    { kind: 'embedding', name: 'words', vocabulary: 30, size: 5, trained: true, masked: true },
    { kind: 'dropout', name: 'word-dropout', rate: 0.2, spatial: true },
    {
      ...{ kind: 'recurrent', name: 'cell', equations: findCell('lstm').equations, units: 6, starts: [] },
      ...{ direction: 'both', sequences: false, recurrentDropout: 0.3 },
    },
    { kind: 'dropout', name: 'state-dropout', rate: 0.4, spatial: false },
    { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
  ],
  loss: 'verdict',
};
/** Vectors in, an answer at every step, of which some count. */
const STEPWISE: Architecture = {
  input: 3,
  layers: [
    { kind: 'convolution', name: 'convolution', filters: 4, width: 3, padding: 'same', activation: 'tanh' },
    { kind: 'dense', name: 'head', units: 3, activation: 'linear' },
  ],
  loss: 'classes',
};
const LIMITS: Limits = { size: 19, tokens: 7 };
const SCHEDULE = { rate: 1e-2, clip: 0.5, seed: 9 };
/** Sizes that come to four, two and one shard, and are no multiples of them. */
const SIZES = [19, 18, 16, 13, 8, 3];

function batchesOf(architecture: Architecture, count: number): readonly Examples[] {
  return Array.from({ length: count }, (_, step) =>
    madeUpExamples(architecture, {
      size: SIZES[step % SIZES.length] ?? 1,
      tokens: 1 + ((step * 3) % LIMITS.tokens),
      seed: step,
      padded: step % 3 > 0,
      marked: step % 2 > 0,
    }),
  );
}

const opened: OpenedWorker[] = [];
const learners: Learner[] = [];
afterEach(() => {
  for (const learner of learners.splice(0)) learner.dispose();
  opened.length = 0;
});
function open(): OpenedWorker {
  const worker = openCrewThread();
  opened.push(worker);
  return worker;
}

function build(architecture: Architecture, crew?: { workers: number; shared: boolean }) {
  const options = crew && { ...crew, open, settled: true, patience: 1500 };
  const learner = buildWasmLearner(code, architecture, SCHEDULE, LIMITS, options);
  learners.push(learner);
  learner.restore({ step: 0, weights: madeUpWeights(architecture, 1) });
  return learner;
}

/** Learns until the crew has taken over, which takes events. */
async function learnAll(learner: Learner, batches: readonly Examples[]): Promise<void> {
  for (const batch of batches) {
    learner.learn(batch);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const workersOf = (learner: Learner): number => ('workers' in learner ? Number(learner.workers) : 1);

async function joined(learner: Learner, batch: Examples, start: Snapshot): Promise<void> {
  const until = performance.now() + 20_000;
  while (workersOf(learner) === 1 && performance.now() < until) await learnAll(learner, [batch]);
  learner.restore(start);
  await learner.sums();
}

const START: ReadonlyMap<Architecture, Snapshot> = new Map(
  [MODEL, STEPWISE].map((architecture) => [
    architecture,
    { step: 0, weights: madeUpWeights(architecture, 1) },
  ]),
);

describe.each([
  { workers: 2, shared: true, architecture: MODEL },
  { workers: 4, shared: true, architecture: STEPWISE },
  { workers: 2, shared: false, architecture: STEPWISE },
  { workers: 4, shared: false, architecture: MODEL },
])('$workers workers, shared memory: $shared', ({ architecture, ...crew }) => {
  it('learn what one learns, to the last bit; one that dies costs no batch', async () => {
    const batches = batchesOf(architecture, 24);
    const [first] = batches;
    const start = START.get(architecture);
    if (first === undefined || start === undefined) throw new Error('there are batches, and a start');
    const alone = build(architecture);
    for (const batch of batches) alone.learn(batch);
    const together = build(architecture, crew);
    await joined(together, first, start);
    expect(workersOf(together)).toBe(crew.workers);
    for (const batch of batches) together.learn(batch);
    expect(together.step).toBe(24);
    expect(await together.sums()).toEqual(await alone.sums());
    expect(await together.snapshot()).toEqual(await alone.snapshot());
    expect(workersOf(together)).toBe(crew.workers);

    // Another state, at once and again: nobody may mistake the one for the other.
    expect(await together.lesson(first)).toEqual(await alone.lesson(first));
    const state = await alone.snapshot();
    for (const learner of [together, alone]) {
      learner.restore(start);
      learner.learn(first);
      learner.restore(state);
      for (const batch of batches.slice(3, 9)) learner.learn(batch);
      learner.restore(start);
      for (const batch of batches.slice(3, 5)) learner.learn(batch);
    }
    expect(await together.snapshot()).toEqual(await alone.snapshot());
    expect(workersOf(together)).toBe(crew.workers);

    for (const [step, batch] of batches.slice(0, 8).entries()) {
      if (step === 3) opened.at(-1)?.close();
      for (const learner of [together, alone]) learner.learn(batch);
      await together.sums();
    }
    expect(await together.snapshot()).toEqual(await alone.snapshot());
    expect(workersOf(together)).toBe(1);
  }, 60_000);
});
