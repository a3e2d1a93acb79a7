import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { launch } from '../../tests/browser/chromium.ts';
import { serve } from '../serve.ts';
import { ensureKernel } from '../wasm-kernel.ts';
import type { BrowserEngine } from './cases.ts';
import type { Runner } from './measure.ts';
import type { BenchPage } from './page/page.ts';
import { within } from './within.ts';

const PAGE = fileURLToPath(new URL('./page/', import.meta.url));
/** Cross-origin isolation: with it a page has SharedArrayBuffer, which both this site's engine and tfjs make use of. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The benchmark's page, open in a Chromium of its own. */
export interface BenchBrowser {
  readonly page: Page;
  readonly version: string;
  /** What draws, in the browser's words. */
  readonly renderer: string;
  /** Billions of operations a second, of one core, in the kernel's product. */
  readonly peak: number;
  close(): Promise<void>;
}

/** What the page put there; only for code that is sent to it. */
declare const bench: BenchPage;

/** Bundles the page into a temporary folder, which goes when this process does, serves it and opens it. */
export async function openBrowser(): Promise<BenchBrowser> {
  await ensureKernel();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'error',
    root: PAGE,
    publicDir: fileURLToPath(new URL('../../public/', import.meta.url)),
    worker: { format: 'es' },
    // tfjs makes the script of its threads from the text of a function, which minifying breaks.
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: 'esnext',
      chunkSizeWarningLimit: Infinity,
    },
  });
  const site = await serve(folder, 0, ISOLATED);
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${site.port}/`);
  await page.waitForFunction(() => 'bench' in globalThis);
  return {
    page,
    version: browser.version(),
    renderer: await page.evaluate(rendererName),
    peak: await page.evaluate(() => bench.peak()),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

function rendererName(): string {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const unmasked = gl?.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  return gl === null ? 'none' : String(gl.getParameter(unmasked ?? gl.RENDERER));
}

export function browserRunner({ page }: BenchBrowser, engine: BrowserEngine): Runner {
  return {
    engine,
    prepare: (of) =>
      within(
        engine,
        page.evaluate(([engine, of]) => bench.prepare(engine, of), [engine, of] as const),
      ),
    time: (batches) =>
      within(
        engine,
        page.evaluate(([engine, batches]) => bench.time(engine, batches), [engine, batches] as const),
      ),
    draws: () =>
      within(
        engine,
        page.evaluate((engine) => bench.draws(engine), engine),
      ),
    end: () => page.evaluate((engine) => bench.end(engine), engine),
  };
}
