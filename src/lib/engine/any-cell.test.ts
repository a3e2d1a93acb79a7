import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cellText } from '../equations/arbitrary.ts';
import type { Engine } from './engine.ts';
import { NODE_ENGINES } from './node-engines.ts';
import { selfTest } from './selftest.ts';
import { STRANGE_CELLS } from './strange-cells.ts';

describe.each([...NODE_ENGINES])('a cell of no list on %s', (_, start) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  });

  it.each(STRANGE_CELLS)('%s: loss and gradients are those of the numbers', async (_, equations) => {
    const { loss, gradients } = await selfTest(engine, equations);
    expect(Math.abs(loss.received / loss.expected - 1)).toBeLessThan(1e-5);
    for (const { variable, error } of gradients) expect(error, variable).toBeLessThan(1e-5);
  });

  it('made at random: none is refused, and what float32 can hold is right', async () => {
    let right = 0;
    let finite = 0;
    await fc.assert(
      fc.asyncProperty(cellText(), async (equations) => {
        const { loss, gradients } = await selfTest(engine, equations);
        if (!Number.isFinite(loss.expected)) return;
        finite += 1;
        const worst = Math.max(...gradients.map(({ error }) => error));
        if (Math.abs(loss.received / loss.expected - 1) < 1e-4 && worst < 1e-3) right += 1;
      }),
      { seed: 6, numRuns: 200 },
    );
    expect(finite).toBeGreaterThan(150);
    // The others divide by nearly nothing, or hold numbers such as 1e-200 that are zero in float32.
    expect(right / finite).toBeGreaterThan(0.93);
  });
});
