import { describe, expect, it } from 'vitest';
import { cells } from '../cells/index.ts';
import { selfTest, wrongNumbers } from './selftest.ts';
import { engineInNumbers } from './testing/learner-in-numbers.ts';
import { wasmEngine } from './wasm/engine.ts';
import { loadKernel } from './wasm/kernel.ts';
import { readBinary } from './wasm/node.ts';

const wasm = wasmEngine(await loadKernel(readBinary));

describe('the self-test of WebAssembly', () => {
  it.each(cells)('$name: loss and gradients are those of the numbers', async ({ equations }) => {
    const { loss, gradients } = await selfTest(wasm, equations);
    expect(Math.abs(loss.received - loss.expected) / loss.expected).toBeLessThan(1e-5);
    for (const { variable, error } of gradients) expect(error, variable).toBeLessThan(1e-5);
    expect(gradients.length).toBeGreaterThan(3);
  });

  it('finds nothing wrong with it, and what is wrong with an engine that slips', async () => {
    expect(await wrongNumbers(wasm)).toBeUndefined();
    expect(await wrongNumbers(engineInNumbers('wasm', { slip: 1e-3 }))).toMatch(/off by .* on a known batch/);
  });
});
