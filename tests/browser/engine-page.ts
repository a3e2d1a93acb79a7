import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import type { createTrainer } from '../../src/lib/engine/client.ts';
import type { Checkpoint, Frame } from '../../src/lib/engine/protocol.ts';

/** A page with nothing but the client and the data pack, and the site's own security policy. */
const CLIENT = fileURLToPath(new URL('../../src/lib/engine/client.ts', import.meta.url));
const PACK = new URL('../../public/', import.meta.url);
const ENTRY = 'virtual:engine-page';
const PAGE = `
import { createTrainer } from ${JSON.stringify(CLIENT)};
globalThis.createTrainer = (options) => createTrainer({ pack: new URL('imdb/manifest.json', location.href), ...options });
globalThis.trainer = globalThis.createTrainer();
`;
const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; object-src 'none'";
/** Below a path, as on a host that serves many sites. */
const BASE = '/below/a/path/';

/** What the page has put into its global scope; only for code that is sent to it. */
export interface EngineScope {
  readonly trainer: ReturnType<typeof createTrainer>;
  readonly createTrainer: (options?: Partial<Parameters<typeof createTrainer>[0]>) => EngineScope['trainer'];
  frames?: Frame[];
  kept?: Checkpoint;
}

export interface EnginePage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** By address: what the bundler made, scripts as text. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What the console complained of. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** What Vite makes of it, by address. */
export async function builtEngine(): Promise<ReadonlyMap<string, string | Uint8Array>> {
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
  ['json', 'application/json'],
  ['bin', 'application/octet-stream'],
]);

/**
 * Builds the engine's page, serves it and opens it.
 *
 * @param before put in front of every worker's script, so that a test has a hand in it
 */
export async function openEnginePage(browser: Browser, before = ''): Promise<EnginePage> {
  const files = await builtEngine();
  const server = createServer(({ url = '' }, response) => {
    const file = files.get(url) ?? packFile(url);
    response.setHeader('content-security-policy', CSP);
    response.setHeader('content-type', TYPES.get(url.split('.').at(-1) ?? '') ?? 'text/html');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(/worker-[^/]*\.js$/.test(url) ? `${before}\n${String(file)}` : file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${address.port}${BASE}`);
  await page.waitForFunction(() => 'trainer' in globalThis);
  return {
    page,
    context,
    files,
    complaints,
    async close() {
      await context.close();
      server.close();
    },
  };
}

function packFile(url: string): Uint8Array | undefined {
  const name = /^\/below\/a\/path\/(imdb\/[\w.-]+)$/.exec(url)?.[1];
  try {
    return name === undefined ? undefined : readFileSync(new URL(name, PACK));
  } catch {
    return undefined;
  }
}
