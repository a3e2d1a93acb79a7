import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { enableProdMode, ready, setBackend } from '@tensorflow/tfjs-core';
// Registers the gradients of all operations.
import '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { loadKernel } from '../wasm/kernel.ts';
import { readBinary } from '../wasm/node.ts';
import { registerRecurrentOnCpu } from './recurrent/cpu.ts';
import { registerRecurrentOnWasm } from './recurrent/wasm.ts';

/** Starts tfjs in Node, for tests and scripts. */
export async function useInNode(backend: 'wasm' | 'cpu'): Promise<void> {
  // Without it tfjs advises, in a banner, to install another backend.
  enableProdMode();
  const binaries = dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')));
  setWasmPaths(`${binaries}/`);
  if (!(await setBackend(backend))) throw new Error(`tfjs has no ${backend} backend in this Node`);
  await ready();
  registerRecurrentOnCpu();
  registerRecurrentOnWasm(await loadKernel(readBinary));
}
