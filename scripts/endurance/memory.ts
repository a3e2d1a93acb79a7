/**
 * `node scripts/endurance/memory.ts`: what a large run takes, 20,000 reviews of 200 tokens on an LSTM of 32 units, and
 * whether anything is left behind by 10,000 steps and by 200 runs that were started and stopped. UNROLLED_QUICK=1
 * does a tenth.
 */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { lstm } from '../../src/lib/cells/lstm.ts';
import { type Configuration, quickRun } from '../../src/lib/engine/configuration.ts';
import type { EngineName } from '../../src/lib/engine/protocol.ts';
import { launch } from '../../tests/browser/chromium.ts';
import { COUNTER, holdingsOf } from '../../tests/browser/counting.ts';
import { type EngineScope, openEnginePage } from '../../tests/browser/engine-page.ts';

const SHARE = process.env['UNROLLED_QUICK'] ? 0.1 : 1;
const LARGE: Configuration = {
  ...quickRun(lstm),
  reviews: 20_000,
  tokens: 200,
  vocabulary: 10_000,
  epochs: 1,
};
const SMALL: Configuration = { ...quickRun(lstm), units: 8, embedding: 8, tokens: 20, epochs: 50 };

const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** Trains until `steps` batches are done, then stops. */
function trainFor(
  page: Page,
  configuration: Configuration,
  engine: EngineName,
  steps: number,
): Promise<number> {
  return page.evaluate(
    async ([configuration, engine, steps]) => {
      const { trainer } = globalThis as unknown as EngineScope;
      let stopped = false;
      const { step } = await trainer.train(
        configuration,
        (frame) => {
          if (frame.kind !== 'batch' || frame.step < steps || stopped) return;
          stopped = true;
          void trainer.stop();
        },
        { engine },
      );
      return step;
    },
    [configuration, engine, steps] as const,
  );
}

/** What the worker holds once it is as much as expected, or after a minute: Chromium frees kernels within half of one. */
async function settled(page: Page, expected: string): Promise<string> {
  const until = performance.now() + 60_000;
  for (;;) {
    const found = JSON.stringify(await holdingsOf(page));
    if (found === expected || performance.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

const browser = await launch(['--js-flags=--expose-gc']);
let failed = false;
try {
  const { page, close } = await openEnginePage(browser, COUNTER);
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  /** Of the page's process: its worker lives in it. */
  const resident = (which: 'VmRSS' | 'VmHWM'): number =>
    Math.max(
      ...renderers.map((id) => {
        const found = new RegExp(`${which}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${id}/status`, 'utf8'));
        return 1024 * Number(found?.[1]);
      }),
    );
  const before = resident('VmRSS');
  const { data, model } = await page.evaluate(
    (configuration) => (globalThis as unknown as EngineScope).trainer.forecast(configuration),
    LARGE,
  );
  const steps = await trainFor(page, LARGE, 'wasm', Number.POSITIVE_INFINITY);
  const held = await holdingsOf(page);
  console.log(
    `20,000 reviews of 200 tokens, LSTM of 32 units, ${steps} batches: forecast ${mega(data)} for reviews and ${mega(model)} for the model; ` +
      `WebAssembly holds ${mega(held.bytes)}; the page's process grew from ${mega(before)} to ${mega(resident('VmHWM'))} at its most.`,
  );
  await close();

  for (const engine of ['wasm', 'webgl'] as const) {
    const { page, close } = await openEnginePage(browser, COUNTER);
    const scale = engine === 'wasm' ? SHARE : SHARE / 10;
    // After its second batch an engine has been checked, and has made what that takes.
    const begun = await trainFor(page, SMALL, engine, 3);
    const first = JSON.stringify(await holdingsOf(page));
    let done = 0;
    while (done < 10_000 * scale)
      done += await trainFor(page, { ...SMALL, seed: done }, engine, 10_000 * scale - done);
    const after = await settled(page, first);
    console.log(`${engine}, after the first run, of ${begun} steps: ${first}`);
    console.log(`${engine}, after ${done} steps: ${after === first ? 'the same' : after}`);
    for (let cycle = 0; cycle < 200 * scale; cycle++) await trainFor(page, SMALL, engine, 1);
    const cycled = await settled(page, first);
    console.log(
      `${engine}, after ${200 * scale} runs started and stopped: ${cycled === first ? 'the same' : cycled}`,
    );
    failed ||= after !== first || cycled !== first;
    await close();
  }
} finally {
  await browser.close();
}
process.exit(failed ? 1 : 0);
