import type { Flavour } from './kernel.ts';

/** Where the site serves the binaries: the bundler gives each a name by its content. */
const ADDRESSES: Readonly<Record<Flavour, () => Promise<{ readonly default: string }>>> = {
  relaxed: () => import('./binaries/relaxed.wasm?url'),
  plain: () => import('./binaries/plain.wasm?url'),
};

/** A binary's bytes in a browser. @throws Error where the server doesn't give it */
export async function fetchBinary(flavour: Flavour): Promise<ArrayBuffer> {
  const { default: address } = await ADDRESSES[flavour]();
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(
      `${address} gave ${response.status} ${response.statusText}; expected the kernel's binary.`,
    );
  return response.arrayBuffer();
}
