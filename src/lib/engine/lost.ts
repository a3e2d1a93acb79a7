/**
 * The device under a learner was taken away (a lost WebGL context): the learner can only be disposed of. Another may
 * be built, and goes on from the last state that was kept.
 */
export class EngineLost extends Error {
  override readonly name = 'EngineLost';
}

/** An engine was found to compute something else than what is known. */
export class EngineWrong extends Error {
  override readonly name = 'EngineWrong';
}
