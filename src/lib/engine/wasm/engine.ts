import type { Engine } from '../engine.ts';
import type { KernelCode } from './kernel.ts';
import type { CrewOptions } from './leader.ts';
import { buildWasmLearner, forecast } from './learner.ts';

/**
 * The WebAssembly engine on a compiled kernel.
 * @param crew other workers that may learn too, where that proves faster
 */
export function wasmEngine(code: KernelCode, crew?: CrewOptions): Engine {
  return {
    name: 'wasm',
    build: (architecture, schedule, limits) => buildWasmLearner(code, architecture, schedule, limits, crew),
    forecast,
  };
}
