import type { BuildLearner } from '../learner.ts';
import { relativeError } from '../relative-error.ts';
import { inFloat32 } from './held.ts';
import type { Trajectory } from './trajectories.ts';

/** How far a learner strayed from a trajectory: the largest errors, each relative to what was expected. */
interface Strayed {
  readonly loss: number;
  readonly norm: number;
  /** Of the final weights, by variable. */
  readonly weights: ReadonlyMap<string, number>;
}

/** Trains a learner over a trajectory's batches. */
export async function follow(
  build: BuildLearner,
  { architecture, schedule, initial, batches, losses, norms, final }: Trajectory,
): Promise<Strayed> {
  const learner = await build(architecture, schedule, {
    size: Math.max(...batches.map(({ size }) => size)),
    tokens: Math.max(...batches.map(({ tokens }) => tokens)),
  });
  try {
    learner.restore({ step: 0, weights: inFloat32(initial) });
    let [loss, norm] = [0, 0];
    for (const [k, batch] of batches.entries()) {
      await learner.learn(batch);
      const sums = await learner.sums();
      loss = Math.max(loss, relativeError([sums.loss / sums.answers], losses.slice(k, k + 1)));
      norm = Math.max(norm, relativeError([sums.norm], norms.slice(k, k + 1)));
    }
    const { weights } = await learner.snapshot();
    return {
      loss,
      norm,
      weights: new Map(
        [...final].map(([name, expected]) => [name, relativeError(weights.get(name) ?? [], expected)]),
      ),
    };
  } finally {
    learner.dispose();
  }
}
