import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';

/** A page that has loaded one module of ours. */
export interface ModulePage {
  readonly page: Page;
  /** What the console complained of. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/**
 * Bundles a module, serves it and opens a page in which its exports stand in the global scope as `module`.
 *
 * @param module `new URL('./x.ts', import.meta.url)`
 */
export async function openModule(browser: Browser, module: URL): Promise<ModulePage> {
  const made = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      minify: false,
      lib: { entry: fileURLToPath(module), formats: ['es'] },
    },
  });
  const [bundle] = Array.isArray(made) ? made : [];
  const script = bundle?.output[0].code;
  if (script === undefined) throw new Error('expected one bundle');
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/module.js' ? 'text/javascript' : 'text/html');
    response.end(
      url === '/module.js'
        ? script
        : '<!doctype html><title>Module</title><link rel="icon" href="data:,"><script type="module">globalThis.module = await import("/module.js");</script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${address.port}/`);
  await page.waitForFunction(() => 'module' in globalThis);
  return {
    page,
    complaints,
    async close() {
      await page.close();
      server.close();
    },
  };
}
