import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STRANGER_MODELS } from '../../src/lib/engine/testing/stranger-models.ts';
import { TRAJECTORIES } from '../../src/lib/engine/testing/trajectories.ts';
import { launch } from './chromium.ts';
import { type ModulePage, openModule } from './module-page.ts';
import { MODELS } from './webgl/models.ts';
import type * as WebglPage from './webgl/page.ts';

type Exports = typeof WebglPage;
type Calls = {
  readonly [Name in keyof Exports as Exports[Name] extends (...given: never[]) => unknown
    ? Name
    : never]: Exports[Name];
};

let browser: Browser;
let there: ModulePage;

/** Calls one of the page's functions. */
function ask<Name extends keyof Calls>(
  name: Name,
  ...given: Parameters<Calls[Name]>
): Promise<Awaited<ReturnType<Calls[Name]>>> {
  return there.page.evaluate(
    ([name, given]) => {
      const { module } = globalThis as unknown as {
        module: Record<string, (...given: unknown[]) => unknown>;
      };
      return module[name]?.(...given) as never;
    },
    [name, given as unknown[]] as const,
  );
}

beforeAll(async () => {
  browser = await launch();
  there = await openModule(browser, new URL('./webgl/page.ts', import.meta.url));
}, 60_000);

afterAll(async () => {
  await there?.close();
  await browser?.close();
});

/** The largest batch first: textures are made for it, and the odd ones use a part of them. */
const LIMITS = { size: 7, tokens: 9 };
const SIZES = [LIMITS, { size: 4, tokens: 6 }, { size: 1, tokens: 3 }, { size: 5, tokens: 4 }];

describe('a model on WebGL', () => {
  it.each(MODELS.filter(([, , { dropped }]) => !dropped).map(([name]) => name))(
    '%s: loss, answers and gradients are the float64 reference’s to 1e-5, at every size',
    async (name) => {
      for (const at of SIZES) {
        const { loss, right, outputs, gradients } = await ask('lessonOfModel', name, at, LIMITS);
        expect(loss).toBeLessThan(1e-5);
        expect(right).toBe(0);
        expect(outputs).toBeLessThan(1e-5);
        for (const [variable, error] of gradients) expect(error, variable).toBeLessThan(1e-5);
      }
    },
  );

  it.each(STRANGER_MODELS)('$name: is what PyTorch was held to', async ({ weights, ...model }) => {
    const { architecture, examples, dropout } = model;
    const { loss, right, outputs, gradients } = await ask('held', {
      architecture,
      examples,
      ...(dropout && { dropout }),
      weights: [...weights],
    });
    expect(loss).toBeLessThan(1e-5);
    expect(right).toBe(0);
    expect(outputs).toBeLessThan(1e-5);
    for (const [variable, error] of gradients) expect(error, variable).toBeLessThan(1e-5);
  });

  it.each(TRAJECTORIES)('$name: fifty steps are PyTorch’s', async ({ initial, final, ...trajectory }) => {
    const { loss, norm, weights } = await ask('followed', {
      ...trajectory,
      initial: [...initial],
      final: [...final],
    });
    expect(loss).toBeLessThan(1e-5);
    expect(norm).toBeLessThan(1e-4);
    for (const [variable, error] of weights) expect(error, variable).toBeLessThan(1e-5);
  });

  it.each(MODELS.map(([name]) => name))('%s: twenty steps of changing sizes are float64’s', async (name) => {
    const sizes = Array.from({ length: 20 }, (_, k) => SIZES[k % SIZES.length] ?? LIMITS);
    const { sums, weights, moments } = await ask('trajectoryErrors', name, sizes);
    for (const [what, error] of Object.entries(sums)) expect(error, what).toBeLessThan(1e-5);
    expect(weights).toBeLessThan(1e-5);
    expect(moments).toBeLessThan(1e-5);
  });

  it('stands in several columns where a texture is too low for all its rows', async () => {
    const { loss, outputs, gradients } = await ask(
      'lessonInColumns',
      'a class a step, both directions, stacked',
      { size: 250, tokens: 9 },
      1024,
    );
    expect(loss).toBeLessThan(1e-5);
    expect(outputs).toBeLessThan(1e-5);
    for (const [variable, error] of gradients) expect(error, variable).toBeLessThan(1e-5);
  });

  it('drops what every engine drops, bit for bit', async () => {
    expect(await ask('wrongBits', [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x9e37_79b9])).toBe(0);
  });

  it.each([
    ['lstm', 2, 12],
    ['elman', 2, 12],
    ['gru-reset-after', 2, 12],
    ['gru-reset-before', 4, 16],
  ])('%s: a batch is %i T + %i draws at most', async (id, times, more) => {
    for (const steps of [80, 200])
      expect(await ask('drawsABatch', id, steps)).toBeLessThanOrEqual(times * steps + more);
  });

  it('links no program for other sizes', async () => {
    const { built, learning } = await ask('linkedFor', [
      { units: 3, size: 4, tokens: 6 },
      { units: 8, size: 2, tokens: 9 },
      { units: 33, size: 5, tokens: 3 },
    ]);
    const [first, ...others] = built;
    expect(first).toBeGreaterThan(3);
    expect(others).toEqual([0, 0]);
    expect(learning).toBe(0);
  });

  it('makes and deletes nothing from batch to batch', async () => {
    expect(await ask('turnoverOfBatches', 200)).toBe(0);
  });

  it('leaves nothing behind after 200 lives', async () => {
    const { first, last } = await ask('livesOf', 200);
    expect(first['Texture']).toBeLessThan(20);
    expect(last).toEqual(first);
  });

  it('takes the bytes that it foretold', async () => {
    const [foretold, taken] = await ask('foretold');
    expect(foretold).toBeGreaterThan(10_000);
    expect(taken).toBe(foretold);
  });

  it('sums more batches than it has room for figures', async () => {
    for (const [what, error] of Object.entries(await ask('longSums', 600)))
      expect(error, what).toBeLessThan(1e-6);
  });

  it('refuses what cannot be built, naming it, before anything is made', async () => {
    for (const { expected, said, made } of await ask('refusals')) {
      expect(said).toContain(expected);
      expect(made, expected).toBe(0);
    }
  });

  it('refuses states of other models, and changes nothing then', async () => {
    const { said, changed } = await ask('wrongStates');
    expect(changed).toBe(0);
    expect(said).toEqual([
      expect.stringContaining('head.bias has no numbers, expected 1'),
      expect.stringContaining('words.table has 32 numbers, expected 33'),
      expect.stringContaining('words.table has NaN at place 7'),
      expect.stringContaining('head.bias has Infinity'),
      expect.stringMatching(/the first moment of .* has no numbers/),
      expect.stringContaining('the state is of -1 batches'),
      expect.stringContaining('disposed'),
    ]);
  });

  it('tells when numbers leave float32, and learns again from a good state', async () => {
    const { loss, norm, again } = await ask('beyondNumbers');
    expect(Number.isFinite(loss) && Number.isFinite(norm)).toBe(false);
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThan(100);
  });

  it('shares a context with tfjs', async () => {
    const { weights, products } = await ask('besideTfjs');
    expect(weights).toBe(0);
    expect(products).toBe(0);
  });

  it('says why it doesn’t start', async () => {
    expect(await ask('reasons')).toEqual({
      'no WebGL 2': 'no-webgl2',
      'no float targets': 'float16-only',
      'float targets that keep 16 bits': 'float16-only',
      'a chip that the processor emulates': 'software-renderer',
    });
  });

  it('says that its context is lost, and goes on as if nothing had happened on another', async () => {
    const { said, difference } = await ask('afterLoss');
    const { dispose, ...others } = said;
    expect(new Set(Object.values(others))).toEqual(new Set(['EngineLost']));
    expect(dispose).toBe('nothing');
    expect(difference).toBeLessThan(1e-4);
  });

  it('leaves no complaint in the console', () => {
    expect(there.complaints).toEqual([]);
  });
});
