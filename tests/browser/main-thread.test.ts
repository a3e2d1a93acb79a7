import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch } from './chromium.ts';
import { visit } from './visit.ts';

/** The longest that a page may be deaf to its reader while it trains, in milliseconds. */
const LONGEST = 50;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** What Chromium's trace says of a task. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** Microseconds, on the clock and of the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

it('is never deaf to its reader while it trains, from the press on a cold page to the end', async () => {
  const { page, leave } = await visit(browser, '/lab/?epochs=2');
  await page.locator('[data-ready]').waitFor();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByText(/Finished all 2 epochs/).waitFor({ timeout: 120_000 });
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(String(await browser.stopTracing()));
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => mains.has(`${pid}:${tid}`) && /RunTask$/.test(name),
  );
  expect(tasks.length).toBeGreaterThan(100);
  const longest = Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
  const seen = await page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
  console.log(
    `The longest of ${tasks.length} tasks took ${longest.toFixed(0)} ms of the processor; on the clock, beside whatever else this machine did, these took over ${LONGEST} ms: ${JSON.stringify(seen)}.`,
  );
  // The processor's time: a busy machine makes any task long on the clock.
  expect(longest).toBeLessThan(LONGEST);
  await leave();
}, 180_000);
