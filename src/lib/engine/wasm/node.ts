import { readFile } from 'node:fs/promises';
import type { Flavour } from './kernel.ts';

/** A binary's bytes in Node, for tests and scripts; `scripts/wasm-kernel.ts` makes them. */
export async function readBinary(flavour: Flavour): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(new URL(`./binaries/${flavour}.wasm`, import.meta.url)));
}
