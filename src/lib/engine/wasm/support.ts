import { messageOf, type Refusal } from '../engine.ts';

/** The smallest WebAssembly module: the magic number and version 1. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Why nothing of WebAssembly runs here; undefined where it does. */
export function withoutWasm(): Refusal | undefined {
  if (typeof WebAssembly === 'undefined')
    return { reason: 'no-webassembly', detail: 'WebAssembly is not defined in this browser' };
  try {
    new WebAssembly.Module(EMPTY_MODULE);
    return undefined;
  } catch (fault) {
    return { reason: 'wasm-refused', detail: messageOf(fault) };
  }
}
