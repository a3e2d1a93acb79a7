import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells } from '../../src/lib/cells/index.ts';
import { STRANGE_CELLS } from '../../src/lib/engine/testing/strange-cells.ts';
import { launch } from './chromium.ts';
import { type ModulePage, openModule } from './module-page.ts';
import type * as CellsPage from './webgl/cells.ts';
import type { OneCell } from './webgl/one-cell.ts';

/** What the issue asks of every engine, relative to the largest entry. */
const TOLERANCE = 1e-5;
/** How much further off than the worst of three float32 machines a fourth may be. */
const LUCK = 30;

let browser: Browser;
let there: ModulePage;

beforeAll(async () => {
  browser = await launch();
  there = await openModule(browser, new URL('./webgl/cells.ts', import.meta.url));
}, 60_000);

afterAll(async () => {
  await there?.close();
  await browser?.close();
});

const byItself = (cell: OneCell): Promise<CellsPage.Found> =>
  there.page.evaluate(
    ([given, tolerance]) =>
      (globalThis as unknown as { module: typeof CellsPage }).module.cellByItself(given, tolerance),
    [cell, TOLERANCE] as const,
  );

const held = (kind: 'listed' | 'strange' | 'random', k: number): Promise<CellsPage.Held> =>
  there.page.evaluate(
    ([of, place, tolerance]) =>
      (globalThis as unknown as { module: typeof CellsPage }).module.heldModel(of, place, tolerance),
    [kind, k, TOLERANCE] as const,
  );

/**
 * Expects what is right, or as near as float32 machines come that differ in luck alone.
 * @returns whether it needed no excuse
 */
function expectRight(errors: CellsPage.Held['errors'], name: string): boolean {
  for (const [what, error, noise] of errors)
    expect(error, `${what} of ${name}; rounding alone: ${noise}`).toBeLessThanOrEqual(
      Math.max(TOLERANCE, LUCK * noise),
    );
  return errors.every(([, error]) => error <= TOLERANCE);
}

/** All that the issue names, and for each in turn a device that grants less. */
const SIZES = [1, 3, 5, 33].flatMap((units) =>
  [1, 7].flatMap((batch) => [1, 2, 81].map((steps) => ({ units, batch, steps, input: 1 + (units % 4) }))),
);
const DEVICES = [{}, { outputs: 1 }, { outputs: 4, side: 300 }, { side: 280 }];

describe('a cell on WebGL', () => {
  it.each(cells.map(({ name, equations }) => [name, equations]))(
    '%s: outputs, gradients and x’s adjoint are the equations’ own at every size',
    async (_, equations) => {
      let within = 0;
      for (const [k, sizes] of SIZES.entries())
        for (const masked of [false, true]) {
          const turned = { sequences: k % 2 === 1, direction: k % 3 === 1 ? 'backward' : 'forward' } as const;
          const cell = { equations, ...sizes, ...turned, masked, ...DEVICES[k % DEVICES.length] };
          const { errors, fault } = await byItself(cell);
          const { equations: __, ...at } = cell;
          if (expectRight(errors, JSON.stringify(at))) within += 1;
          expect(fault).toBe(0);
        }
      expect(within).toBeGreaterThan(0.95 * 2 * SIZES.length);
    },
  );

  it.each(STRANGE_CELLS)('%s: the same', async (name, equations) => {
    for (const masked of [false, true]) {
      const sizes = { units: 5, input: 3, batch: 3, steps: 4 };
      const { errors, fault } = await byItself({
        equations,
        ...sizes,
        masked,
        sequences: true,
        direction: 'forward',
      });
      expect(expectRight(errors, name)).toBe(true);
      expect(fault).toBe(0);
    }
  });

  it.each([
    ['elman', 2, 3],
    ['lstm', 2, 3],
    ['gru-reset-after', 2, 3],
    ['gru-reset-before', 4, 3],
    ['mgu', 4, 3],
    ['lstm-peephole', 2, 4],
  ])('%s: %i draws a step and %i more', async (id, each, more) => {
    const equations = cells.find((cell) => cell.id === id)?.equations ?? '';
    for (const steps of [2, 81]) {
      const sizes = { units: 3, input: 2, batch: 2, steps };
      const cell = { equations, ...sizes, masked: true, sequences: false, direction: 'forward' } as const;
      expect((await byItself(cell)).draws).toBe(each * steps + more);
    }
  });

  it('links no program for other sizes', async () => {
    // No cell of any list: its programs aren't linked yet.
    const equations = "h' = tanh(W x + U h + b) * sigmoid(p * h)";
    const cell = { equations, masked: true, sequences: true, direction: 'forward' } as const;
    const first = await byItself({ ...cell, units: 3, input: 2, batch: 2, steps: 3 });
    expect(first.linked).toBeGreaterThan(3);
    for (const sizes of [
      { units: 33, input: 1, batch: 7, steps: 3 },
      { units: 1, input: 9, batch: 1, steps: 81 },
    ])
      expect((await byItself({ ...cell, ...sizes, direction: 'backward' })).linked).toBe(0);
  });
});

describe('a model with a cell', () => {
  it('of the list: as on every engine', async () => {
    for (let k = 0; k < cells.length; k++)
      expect(expectRight((await held('listed', k)).errors, `${k}`)).toBe(true);
  });

  it('that stands in no list: as on every engine', async () => {
    for (let k = 0; k < STRANGE_CELLS.length; k++) {
      const found = await held('strange', k);
      expect(found.isKnown, found.name).toBe(true);
      expectRight(found.errors, found.name);
    }
  }, 120_000);

  it('made at random: right to what float32 can hold', async () => {
    let known = 0;
    let within = 0;
    // Each takes about ten programs, which SwiftShader compiles for half a second: a part of the two hundred.
    for (let k = 0; k < 200; k += 5) {
      const found = await held('random', k);
      if (!found.isKnown) continue;
      known += 1;
      if (expectRight(found.errors, found.name)) within += 1;
    }
    expect(known).toBeGreaterThan(30);
    expect(within).toBeGreaterThan(0.85 * known);
  }, 120_000);
});
