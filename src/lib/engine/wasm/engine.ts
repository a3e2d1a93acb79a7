import type { Engine } from '../engine.ts';
import type { KernelCode } from './kernel.ts';
import { buildWasmLearner, forecast } from './learner.ts';

/** The WebAssembly engine on a compiled kernel. */
export function wasmEngine(code: KernelCode): Engine {
  return {
    name: 'wasm',
    build: (architecture, schedule, limits) => buildWasmLearner(code, architecture, schedule, limits),
    forecast,
  };
}
