/** The training worker of a page that has nothing else: learns the same batches alone and with a crew. */
import { findCell } from '../../../src/lib/cells/index.ts';
import type { Architecture } from '../../../src/lib/engine/architecture.ts';
import type { Learner, Snapshot } from '../../../src/lib/engine/learner.ts';
import { madeUpExamples, madeUpWeights } from '../../../src/lib/engine/testing/made-up.ts';
import { fetchBinary } from '../../../src/lib/engine/wasm/browser.ts';
import { browserCrew } from '../../../src/lib/engine/wasm/crew-browser.ts';
import { loadKernel } from '../../../src/lib/engine/wasm/kernel.ts';
import { buildWasmLearner } from '../../../src/lib/engine/wasm/learner.ts';

/** What the page is told. */
export interface Found {
  readonly shared: boolean;
  readonly workers: number;
  /** Whether both came to the same state, to the last bit. */
  readonly isSame: boolean;
  readonly losses: readonly [alone: number, together: number];
}

const MODEL: Architecture = {
  input: 'ids',
  layers: [
    { kind: 'embedding', name: 'words', vocabulary: 50, size: 8, trained: true, masked: true },
    {
      ...{ kind: 'recurrent', name: 'cell', equations: findCell('lstm').equations, units: 9, starts: [] },
      ...{ direction: 'forward', sequences: false, recurrentDropout: 0.2 },
    },
    { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
  ],
  loss: 'verdict',
};
const SCHEDULE = { rate: 1e-2, clip: 1, seed: 3 };
const LIMITS = { size: 21, tokens: 12 };
const batchAt = (step: number) =>
  madeUpExamples(MODEL, { size: 21 - step, tokens: 12 - step, seed: step, padded: step % 2 > 0 });

const isSame = (a: Snapshot, b: Snapshot): boolean =>
  [...a.weights].every(([name, values]) => values.every((value, k) => value === b.weights.get(name)?.[k]));

async function compare(): Promise<Found> {
  const code = await loadKernel(fetchBinary);
  const crew = browserCrew();
  if (crew === undefined) throw new Error('this machine has one core: no crew can be tried on it');
  const start = { step: 0, weights: madeUpWeights(MODEL, 1) };
  const alone = buildWasmLearner(code, MODEL, SCHEDULE, LIMITS);
  const together = buildWasmLearner(code, MODEL, SCHEDULE, LIMITS, { ...crew, settled: true });
  const workers = (learner: Learner) => ('workers' in learner ? Number(learner.workers) : 1);
  together.restore(start);
  const until = performance.now() + 30_000;
  while (workers(together) === 1 && performance.now() < until) {
    together.learn(batchAt(0));
    await together.sums();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const learner of [alone, together]) {
    learner.restore(start);
    await learner.sums();
    for (let step = 0; step < 10; step++) learner.learn(batchAt(step));
  }
  const losses = [(await alone.sums()).loss, (await together.sums()).loss] as const;
  const found = {
    shared: crew.shared,
    workers: workers(together),
    isSame: isSame(await alone.snapshot(), await together.snapshot()),
    losses,
  };
  alone.dispose();
  together.dispose();
  return found;
}

compare().then(
  (found) => postMessage(found),
  (fault: unknown) => postMessage(String(fault)),
);
