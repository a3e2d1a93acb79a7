import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import type { Found } from './crew/training.ts';

/** A page whose only work is to open the training worker and to keep what that says. */
const ENTRY = 'virtual:crew-page';
const WORKER = fileURLToPath(new URL('./crew/training.ts', import.meta.url));
const PAGE = `
import Training from ${JSON.stringify(`${WORKER}?worker`)};
globalThis.found = new Promise((resolve) => {
  const worker = new Training();
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  worker.onerror = ({ message }) => resolve(message);
});
`;
const TYPES: ReadonlyMap<string, string> = new Map([
  ['js', 'text/javascript'],
  ['wasm', 'application/wasm'],
]);
/** What makes a page cross-origin isolated, so that its workers may share memory. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

let browser: Browser;
const files = new Map<string, string | Uint8Array>();
beforeAll(async () => {
  browser = await launch();
  const made = await build({
    ...{ configFile: false, publicDir: false, logLevel: 'error', worker: { format: 'es' } },
    build: { write: false, target: 'es2022', rollupOptions: { input: ENTRY } },
    plugins: [
      {
        name: 'crew-page',
        resolveId: (id) => (id === ENTRY ? ENTRY : undefined),
        load: (id) => (id === ENTRY ? PAGE : undefined),
      },
    ],
  });
  if (Array.isArray(made) || !('output' in made)) throw new Error('expected one build');
  for (const file of made.output)
    files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source);
  const [{ fileName }] = made.output;
  files.set('/', `<!doctype html><title>Crew</title><script type="module" src="/${fileName}"></script>`);
}, 120_000);
afterAll(() => browser?.close());

describe.each([{ shared: true }, { shared: false }])(
  'a crew in the browser, shared memory: $shared',
  ({ shared }) => {
    it('learns what one worker learns, to the last bit', async () => {
      const server = createServer(({ url = '' }, response) => {
        const file = files.get(url);
        response.setHeader('content-type', TYPES.get(url.split('.').at(-1) ?? '') ?? 'text/html');
        if (shared) for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
        response.statusCode = file === undefined ? 404 : 200;
        response.end(file);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the server has no port');
      const page = await browser.newPage();
      try {
        await page.goto(`http://127.0.0.1:${address.port}/`);
        await page.waitForFunction(() => 'found' in globalThis);
        const found = await page.evaluate(
          () => (globalThis as unknown as { readonly found: Promise<Found | string> }).found,
        );
        expect(found).toMatchObject({ shared, isSame: true });
        if (typeof found === 'string') throw new Error(found);
        expect(found.workers).toBeGreaterThan(1);
        expect(found.losses[0]).toBe(found.losses[1]);
      } finally {
        await page.close();
        server.close();
      }
    }, 90_000);
  },
);
