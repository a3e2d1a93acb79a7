import { fetchBinary } from '../../../src/lib/engine/wasm/browser.ts';
import { loadKernel } from '../../../src/lib/engine/wasm/kernel.ts';
import { buildWasmLearner } from '../../../src/lib/engine/wasm/learner.ts';
import type { BuildContestant } from './contestant.ts';
import { unrolled } from './unrolled.ts';

export const onWasm: BuildContestant = async (of) => {
  const code = await loadKernel(fetchBinary);
  return unrolled((...wanted) => buildWasmLearner(code, ...wanted))(of);
};
