import plain from './binaries/plain.wasm?url';
import relaxed from './binaries/relaxed.wasm?url';
import type { Flavour } from './kernel.ts';

/** Where the site serves the binaries: the bundler gives each a name by its content. */
const ADDRESSES: Readonly<Record<Flavour, string>> = { relaxed, plain };

/** A binary's bytes in a browser. @throws Error where the server doesn't give it */
export async function fetchBinary(flavour: Flavour): Promise<ArrayBuffer> {
  const address = ADDRESSES[flavour];
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(
      `${address} gave ${response.status} ${response.statusText}; expected the kernel's binary.`,
    );
  return response.arrayBuffer();
}
