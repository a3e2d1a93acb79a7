import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { findCell } from '../../cells/index.ts';
import type { Architecture } from '../architecture.ts';
import { madeUpExamples, madeUpWeights } from '../testing/made-up.ts';
import { type KernelCode, loadKernel } from './kernel.ts';
import { buildWasmLearner, forecast } from './learner.ts';
import { readBinary } from './node.ts';
import { Replica } from './replica.ts';
import { ALONE } from './sharing.ts';
import { learnt, teach } from './teaching.ts';

let code: KernelCode;
beforeAll(async () => {
  await ensureKernel();
  code = await loadKernel(readBinary);
}, 60_000);

const MODEL: Architecture = {
  input: 'ids',
  layers: [
    { kind: 'embedding', name: 'words', vocabulary: 40, size: 4, trained: true, masked: true },
    {
      ...{ kind: 'recurrent', name: 'cell', equations: findCell('lstm').equations, units: 5, starts: [] },
      ...{ direction: 'forward', sequences: false, recurrentDropout: 0.1 },
    },
    { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
  ],
  loss: 'verdict',
};
const SCHEDULE = { rate: 1e-3, clip: 1, seed: 1 };
const LIMITS = { size: 17, tokens: 12 };

/** All that can go has gone. Memory that was just used is held until the event loop turns. */
async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let times = 0; times < 3; times++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
}

it('a thousand batches of all shapes take the memory that was foretold, and leave nothing behind', async () => {
  const replica = new Replica(code, MODEL, SCHEDULE, LIMITS);
  replica.restore({ step: 0, weights: madeUpWeights(MODEL, 1) });
  const batches = Array.from({ length: 20 }, (_, seed) =>
    madeUpExamples(MODEL, { size: 1 + (seed % 17), tokens: 1 + (seed % 12), seed, padded: seed % 3 > 0 }),
  );
  const learn = (times: number): void => {
    for (let k = 0; k < times; k++) {
      const batch = batches[k % batches.length];
      if (batch !== undefined) learnt(replica, teach(replica, batch, ALONE));
    }
  };
  const { bytes } = replica;
  // Memory comes in whole mebibytes.
  expect(bytes - forecast(MODEL, LIMITS)).toBeGreaterThanOrEqual(0);
  expect(bytes - forecast(MODEL, LIMITS)).toBeLessThan(2 ** 20);
  // Until the code has been optimised, that takes memory of its own.
  learn(500);
  await collect();
  const heap = process.memoryUsage().heapUsed;
  learn(1000);
  await collect();
  expect(replica.bytes).toBe(bytes);
  // An array of numbers left behind by each batch would come to more.
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(64_000);
}, 30_000);

it('two hundred learners that were disposed leave no memory', async () => {
  const made: WeakRef<WebAssembly.Memory>[] = [];
  class Watched extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(new WeakRef(this));
    }
  }
  const { Memory } = WebAssembly;
  // No spy: it would hold all that it made.
  Reflect.set(WebAssembly, 'Memory', Watched);
  const small: Architecture = { ...MODEL, layers: MODEL.layers.filter(({ kind }) => kind !== 'recurrent') };
  const batch = madeUpExamples(small, { size: 3, tokens: 4, seed: 1 });
  const kept = Array.from({ length: 200 }, () => {
    const learner = buildWasmLearner(code, small, SCHEDULE, LIMITS);
    learner.restore({ step: 0, weights: madeUpWeights(small, 1) });
    learner.learn(batch);
    return learner;
  });
  Reflect.set(WebAssembly, 'Memory', Memory);
  for (const learner of kept) learner.dispose();
  await collect();
  expect(made.length).toBe(200);
  expect(made.filter((memory) => memory.deref() !== undefined).length).toBe(0);
  // They are still held here, so it is `dispose` that let the memory go.
  expect(kept.length).toBe(200);
}, 30_000);
