import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cells } from '../cells/index.ts';
import { useInNode } from './backends/node.ts';
import { selfTest } from './selftest.ts';

describe.each(['wasm', 'cpu'] as const)('tfjs on %s', (backend) => {
  beforeAll(() => useInNode(backend));

  it.each(cells)('$name: loss and gradients are those of the numbers', async ({ equations }) => {
    const before = memory().numTensors;
    const { loss, gradients } = await selfTest(equations);
    expect(Math.abs(loss.received - loss.expected) / loss.expected).toBeLessThan(1e-5);
    for (const { variable, error } of gradients) expect(error, variable).toBeLessThan(1e-5);
    expect(gradients.length).toBeGreaterThan(3);
    expect(memory().numTensors).toBe(before);
  });
});
