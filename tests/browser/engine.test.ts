import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells } from '../../src/lib/cells/index.ts';
import { ENGINES } from '../../src/lib/engine/protocol.ts';
import { TOUCHSTONE } from '../../src/lib/engine/touchstone.ts';
import { launch } from './chromium.ts';
import { type EnginePage, type EngineScope, openEnginePage } from './engine-page.ts';

let browser: Browser;
let there: EnginePage;

beforeAll(async () => {
  browser = await launch();
  there = await openEnginePage(browser);
}, 120_000);

afterAll(async () => {
  await there?.close();
  await browser?.close();
});

const CELLS = [
  ...cells.map(({ name, equations }) => [name, equations] as const),
  ['every function', TOUCHSTONE] as const,
];

describe.each(ENGINES)('%s in the browser’s worker', (engine) => {
  it.each(CELLS)(
    '%s: loss and gradients are those of the numbers to 1e-5',
    async (_name, equations) => {
      const { loss, gradients } = await there.page.evaluate(
        ([engine, equations]) => (globalThis as unknown as EngineScope).trainer.selfTest(engine, equations),
        [engine, equations] as const,
      );
      expect(Math.abs(loss.received / loss.expected - 1)).toBeLessThan(1e-5);
      for (const { variable, error } of gradients) expect(error, variable).toBeLessThan(1e-5);
      expect(gradients.length).toBeGreaterThan(3);
      expect(there.complaints).toEqual([]);
    },
    60_000,
  );
});

it('brings the worker’s refusals to the page in words', async () => {
  const message = await there.page.evaluate(async () => {
    const { trainer } = globalThis as unknown as EngineScope;
    return trainer.weights().then(
      () => 'no error',
      (error: Error) => error.message,
    );
  });
  expect(message).toBe('There is no model yet: train one, or restore a stored one.');
});

/** The most, in bytes of gzip, that a worker loads before it trains, in one file: 66,331 when this was set. */
const MOST_BEFORE_TRAINING = 75_000;

/** What tfjs's core, layers and backends can't do without, minified or not. */
const OF_TFJS = ['WEBGL_RENDER_FLOAT32_CAPABLE', 'GlorotUniform', 'tfjs-backend-wasm'];

it('has nothing of tfjs in what a worker loads before it trains', () => {
  const scripts = [...there.files].filter(([, file]) => typeof file === 'string' || file.length > 0);
  const named = new Map(scripts.map(([address, file]) => [address.split('/').at(-1) ?? '', String(file)]));
  const entry = [...named.keys()].find((name) => /^worker-.*\.js$/.test(name));
  if (entry === undefined) throw new Error('the build has no worker');
  const loaded = new Set<string>();
  const visit = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const text = named.get(name);
    if (text === undefined) throw new Error(`the build has no ${name}`);
    // Static imports only; what is asked for later is in import(…).
    for (const [, path] of text.matchAll(
      /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]+from\s*)?["']\.\/([\w.-]+)["']/g,
    ))
      visit(path ?? '');
  };
  visit(entry);
  const text = [...loaded].map((name) => named.get(name)).join('\n');
  const later = [...named].filter(([name]) => !loaded.has(name)).map(([, script]) => script);
  expect(text.includes('EngineLost')).toBe(true);
  for (const word of OF_TFJS) {
    expect(text.includes(word), `the worker begins with ${word}`).toBe(false);
    expect(
      later.some((script) => script.includes(word)),
      `${word} is in nothing that comes later`,
    ).toBe(true);
  }
  const bytes = gzipSync(text, { level: 9 }).length;
  console.log(`A worker loads ${bytes} bytes of script (gzip) in ${loaded.size} files before it trains.`);
  expect(bytes).toBeLessThan(MOST_BEFORE_TRAINING);
});
