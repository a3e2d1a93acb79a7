import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `fetch` for `file:` addresses, so that scripts and tests load the pack with the page's own loader. */
export const folderFetch: typeof globalThis.fetch = async (input) => {
  const url = new URL(input instanceof Request ? input.url : input);
  return new Response(readFileSync(fileURLToPath(url)));
};
