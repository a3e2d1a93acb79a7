import type { Architecture } from '../architecture.ts';
import { madeUpExamples, madeUpWeights } from '../testing/made-up.ts';
import type { KernelCode } from './kernel.ts';
import { buildWasmLearner } from './learner.ts';

/** A classifier of one cell, and its batch. */
export interface Timed {
  readonly equations: string;
  readonly units: number;
  readonly steps: number;
  readonly batch: number;
}

/** Milliseconds of a batch. */
export interface Timing {
  readonly best: number;
  readonly median: number;
  /** The first one's: a browser runs it on code that it has not optimised yet. */
  readonly first: number;
}

/** Batches that the browser gets to optimise the code, and that don't count. */
const WARM_UP = 20;
const VOCABULARY = 4000;
const EMBEDDING = 32;

/** Times so many batches of made-up words: forward, backward, clipping and Adam, all of it in the kernel. */
export function timeCell(
  code: KernelCode,
  { equations, units, steps, batch }: Timed,
  batches: number,
): Timing {
  const architecture: Architecture = {
    input: 'ids',
    layers: [
      {
        ...{ kind: 'embedding', name: 'embedding', vocabulary: VOCABULARY, size: EMBEDDING },
        ...{ trained: true, masked: false },
      },
      {
        ...{ kind: 'recurrent', name: 'cell', equations, units, direction: 'forward', sequences: false },
        ...{ recurrentDropout: 0, starts: [] },
      },
      { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
    ],
    loss: 'verdict',
  };
  const limits = { size: batch, tokens: steps };
  const learner = buildWasmLearner(code, architecture, { rate: 1e-3, clip: 5, seed: 1 }, limits);
  learner.restore({ step: 0, weights: madeUpWeights(architecture, 1) });
  const times: number[] = [];
  for (let k = 0; k < WARM_UP + batches; k++) {
    const examples = madeUpExamples(architecture, { ...limits, seed: k });
    const begun = performance.now();
    learner.learn(examples);
    times.push(performance.now() - begun);
  }
  learner.dispose();
  const settled = times.slice(WARM_UP).sort((a, b) => a - b);
  const [best = 0, median = 0] = [settled[0], settled[settled.length >> 1]];
  return { best, median, first: times[0] ?? 0 };
}
