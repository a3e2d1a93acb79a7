import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells } from '../../src/lib/cells/index.ts';
import type { createTrainer } from '../../src/lib/engine/client.ts';
import { TOUCHSTONE } from '../../src/lib/engine/touchstone.ts';
import { launch } from './chromium.ts';

/** A page with nothing but the client, and the site's own security policy. */
const CLIENT = fileURLToPath(new URL('../../src/lib/engine/client.ts', import.meta.url));
const ENTRY = 'virtual:engine-page';
const PAGE = `
import { createTrainer } from ${JSON.stringify(CLIENT)};
globalThis.trainer = createTrainer({ pack: new URL('imdb/manifest.json', location.href) });
`;
const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; object-src 'none'";
/** Below a path, as on a host that serves many sites. */
const BASE = '/below/a/path/';

interface Scope {
  readonly trainer: ReturnType<typeof createTrainer>;
}

/** What Vite makes of it, by address. */
async function built(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const made = await build({
    configFile: false,
    base: BASE,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { write: false, target: 'es2022', rollupOptions: { input: ENTRY } },
    plugins: [
      {
        name: 'engine-page',
        resolveId: (id) => (id === ENTRY ? ENTRY : undefined),
        load: (id) => (id === ENTRY ? PAGE : undefined),
      },
    ],
  });
  if (Array.isArray(made) || !('output' in made)) throw new Error('expected one build');
  const files = new Map(
    made.output.map(
      (file) => [BASE + file.fileName, file.type === 'chunk' ? file.code : file.source] as const,
    ),
  );
  const [entry] = made.output;
  return files.set(
    BASE,
    `<!doctype html><title>Engine</title><script type="module" src="${BASE}${entry.fileName}"></script>`,
  );
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['js', 'text/javascript'],
  ['wasm', 'application/wasm'],
]);

let server: Server;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const files = await built();
  server = createServer(({ url = '' }, response) => {
    const file = files.get(url);
    response.setHeader('content-security-policy', CSP);
    response.setHeader('content-type', TYPES.get(url.split('.').at(-1) ?? '') ?? 'text/html');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  browser = await launch();
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${address.port}${BASE}`);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const CELLS = [
  ...cells.map(({ name, equations }) => [name, equations] as const),
  ['every function', TOUCHSTONE] as const,
];

describe.each(['wasm', 'webgl'] as const)('%s in the browser’s worker', (engine) => {
  it.each(CELLS)(
    '%s: loss and gradients are those of the numbers to 1e-5',
    async (_name, equations) => {
      const { loss, gradients } = await page.evaluate(
        ([engine, equations]) => (globalThis as unknown as Scope).trainer.selfTest(engine, equations),
        [engine, equations] as const,
      );
      expect(Math.abs(loss.received / loss.expected - 1)).toBeLessThan(1e-5);
      for (const { variable, error } of gradients) expect(error, variable).toBeLessThan(1e-5);
      expect(gradients.length).toBeGreaterThan(3);
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});

it('brings the worker’s refusals to the page in words', async () => {
  const message = await page.evaluate(async () => {
    const { trainer } = globalThis as unknown as Scope;
    return trainer.weights().then(
      () => 'no error',
      (error: Error) => error.message,
    );
  });
  expect(message).toBe('There is no model yet: train one, or restore a stored one.');
});
