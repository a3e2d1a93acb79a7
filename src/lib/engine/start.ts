import { type Engine, messageOf, type Refusal } from './engine.ts';
import type { EngineName, EngineProblem } from './protocol.ts';
import { fetchBinary } from './wasm/browser.ts';
import { browserCrew } from './wasm/crew-browser.ts';
import { wasmEngine } from './wasm/engine.ts';
import { type KernelCode, loadKernel } from './wasm/kernel.ts';
import { withoutWasm } from './wasm/support.ts';

const refuse = (reason: EngineProblem, detail: string): Refusal => ({ reason, detail });

/** Compiled once; learners share it. */
let kernel: Promise<KernelCode> | undefined;

async function startWasm(): Promise<Engine | Refusal> {
  const without = withoutWasm();
  if (without !== undefined) return without;
  kernel ??= loadKernel(fetchBinary).catch((fault: unknown) => {
    // What failed to load may load when it is asked for again.
    kernel = undefined;
    throw fault;
  });
  return wasmEngine(await kernel, browserCrew());
}

/** The code of the first engine comes with the worker; that of the others when they are tried. */
const STARTERS: Readonly<Record<EngineName, (asked: boolean) => Promise<Engine | Refusal>>> = {
  wasm: startWasm,
  webgl: async (asked) => (await import('./webgl/start.ts')).startWebgl(asked),
  tfjs: async () => (await import('./tfjs/start.ts')).startTfjs(),
};

/** Why an engine's code or its start failed, where it didn't say so itself. */
const FAILED: Readonly<Record<EngineName, EngineProblem>> = {
  wasm: 'wasm-refused',
  webgl: 'webgl-refused',
  tfjs: 'tfjs-refused',
};

/** Starts an engine in a browser; or says why it can't be. */
export async function startEngine(engine: EngineName, asked: boolean): Promise<Engine | Refusal> {
  try {
    return await STARTERS[engine](asked);
  } catch (fault) {
    return refuse(FAILED[engine], messageOf(fault));
  }
}
