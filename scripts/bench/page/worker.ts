import { expose } from 'comlink';
import type { BrowserEngine, Case } from '../cases.ts';
import { randomBatches } from './batches.ts';
import type { Contestant } from './contestant.ts';
import { countDraws } from './draws.ts';
import { BUILDERS } from './engines.ts';

/** So many different batches take turns. */
const BATCHES = 8;

let contestant: Contestant | undefined;
let batches: ReturnType<typeof randomBatches> = [];
let learnt = 0;

async function learn(count: number): Promise<void> {
  if (contestant === undefined) throw new Error('nothing was prepared');
  for (let k = 0; k < count; k++) {
    const batch = batches[learnt++ % batches.length];
    if (batch !== undefined) await contestant.learn(batch);
  }
  await contestant.settle();
}

const worker = {
  async prepare(engine: BrowserEngine, of: Case): Promise<void> {
    const build = await BUILDERS[engine]();
    batches = randomBatches(of, BATCHES);
    contestant = await build(of);
  },
  /** Milliseconds a batch, over so many. */
  async time(count: number): Promise<number> {
    const begun = performance.now();
    await learn(count);
    return (performance.now() - begun) / count;
  },
  /** Draw calls of one batch, reading the loss included. */
  draws: () => countDraws(() => learn(1)),
};
export type BenchWorker = typeof worker;

expose(worker);
