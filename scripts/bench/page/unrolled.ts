import { findCell } from '../../../src/lib/cells/index.ts';
import { architectureOf } from '../../../src/lib/engine/classifier-architecture.ts';
import { initialWeights } from '../../../src/lib/engine/initial-weights.ts';
import type { BuildLearner } from '../../../src/lib/engine/learner.ts';
import { CELL_IDS } from '../cases.ts';
import type { BuildContestant } from './contestant.ts';

const SEED = 7;

/** The site's own classifier of reviews, on one of the site's engines, masks and clipping included. */
export function unrolled(build: BuildLearner): BuildContestant {
  return async ({ cell, batch, steps, rate, clip, ...sizes }) => {
    const { equations, initial } = findCell(CELL_IDS[cell]);
    const architecture = architectureOf({
      ...sizes,
      equations,
      dropout: 0,
      starts: Object.entries(initial),
    });
    const learner = await build(architecture, { rate, clip, seed: SEED }, { size: batch, tokens: steps });
    learner.restore({ step: 0, weights: initialWeights(architecture, SEED) });
    return {
      learn: (examples) => learner.learn(examples),
      async settle() {
        const { loss, batches } = await learner.sums();
        if (!Number.isFinite(loss)) throw new Error(`the loss over ${batches} batches is ${loss}`);
      },
    };
  };
}
