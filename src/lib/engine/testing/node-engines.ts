import type { Engine } from '../engine.ts';
import { tfjsEngine } from '../tfjs/engine.ts';
import { useInNode } from '../tfjs/node.ts';
import { wasmEngine } from '../wasm/engine.ts';
import { bothKernels } from '../wasm/node.ts';

/** Every engine that runs in Node, by a name for a test's report; each is started when it is asked for. */
export const NODE_ENGINES: ReadonlyMap<string, () => Promise<Engine>> = new Map([
  ['tfjs on its CPU', () => tfjsOn('cpu')],
  ['tfjs on its WebAssembly', () => tfjsOn('wasm')],
  ['WebAssembly, plain SIMD', async () => wasmEngine((await bothKernels()).plain)],
  ['WebAssembly, relaxed SIMD', async () => wasmEngine((await bothKernels()).relaxed)],
]);

async function tfjsOn(backend: 'cpu' | 'wasm'): Promise<Engine> {
  await useInNode(backend);
  return tfjsEngine();
}
