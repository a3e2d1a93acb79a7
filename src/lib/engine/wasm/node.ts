import { readFile } from 'node:fs/promises';
import type { Flavour, KernelCode } from './kernel.ts';

/** A binary's bytes in Node, for tests and scripts; `scripts/wasm-kernel.ts` makes them. */
export async function readBinary(flavour: Flavour): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(new URL(`./binaries/${flavour}.wasm`, import.meta.url)));
}

/** Both kernels, whichever this machine would choose. */
export async function bothKernels(): Promise<Readonly<Record<Flavour, KernelCode>>> {
  const code = async (flavour: Flavour): Promise<KernelCode> => ({
    flavour,
    module: await WebAssembly.compile(await readBinary(flavour)),
  });
  return { plain: await code('plain'), relaxed: await code('relaxed') };
}
