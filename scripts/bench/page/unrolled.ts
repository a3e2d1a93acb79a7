import { findCell } from '../../../src/lib/cells/index.ts';
import { architectureOf } from '../../../src/lib/engine/classifier-architecture.ts';
import { isRefusal } from '../../../src/lib/engine/engine.ts';
import { initialWeights } from '../../../src/lib/engine/initial-weights.ts';
import type { EngineName } from '../../../src/lib/engine/protocol.ts';
import { startEngine } from '../../../src/lib/engine/start.ts';
import { CELL_IDS } from '../cases.ts';
import type { BuildContestant } from './contestant.ts';

const SEED = 7;

/** The site's own classifier of reviews on one of its engines, started as the site starts it; masks and clipping included. */
export function unrolled(name: EngineName): BuildContestant {
  return async ({ cell, batch, steps, rate, clip, ...sizes }) => {
    const engine = await startEngine(name, true);
    if (isRefusal(engine)) throw new Error(engine.detail);
    const { equations, initial } = findCell(CELL_IDS[cell]);
    const architecture = architectureOf({
      ...sizes,
      equations,
      dropout: 0,
      starts: Object.entries(initial),
    });
    const learner = await engine.build(
      architecture,
      { rate, clip, seed: SEED },
      { size: batch, tokens: steps },
    );
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
