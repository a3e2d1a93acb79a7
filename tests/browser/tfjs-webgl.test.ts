import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STRANGER_MODELS } from '../../src/lib/engine/testing/stranger-models.ts';
import { launch } from './chromium.ts';
import { type ModulePage, openModule } from './module-page.ts';
import type * as TfjsPage from './tfjs/page.ts';

type Scope = { readonly module: typeof TfjsPage };

let browser: Browser;
let there: ModulePage;

beforeAll(async () => {
  browser = await launch();
  there = await openModule(browser, new URL('./tfjs/page.ts', import.meta.url));
}, 60_000);

afterAll(async () => {
  await there?.close();
  await browser?.close();
});

describe('plain tfjs on WebGL, a recurrent layer as one operation', () => {
  it.each(STRANGER_MODELS)('$name: is what PyTorch was held to', async ({ weights, ...model }) => {
    const { architecture, examples, dropout } = model;
    const question = { architecture, examples, ...(dropout && { dropout }), weights: [...weights] };
    const { loss, right, outputs, gradients } = await there.page.evaluate(
      (given) => (globalThis as unknown as Scope).module.held(given),
      question,
    );
    expect(loss).toBeLessThan(1e-5);
    expect(right).toBe(0);
    expect(outputs).toBeLessThan(1e-5);
    for (const [variable, error] of gradients) expect(error, variable).toBeLessThan(1e-5);
  });

  it('reads a slice of another tensor, and leaves nothing behind', async () => {
    const { first, second, kept, left } = await there.page.evaluate(() =>
      (globalThis as unknown as Scope).module.byItself(),
    );
    expect(second).toEqual(first);
    expect(first.flat().every(Number.isFinite)).toBe(true);
    // What was cut away has no gradient, what was read has one.
    const towards = first[1] ?? [];
    for (const [place, value] of towards.entries()) {
      const step = Math.floor(place / 2) % 6;
      expect(value !== 0, `step ${step}`).toBe(step > 0 && step < 5);
    }
    expect(kept).toBe(0);
    expect(left).toBe(0);
    expect(there.complaints).toEqual([]);
  });
});
