import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { engineInNumbers } from './learner-in-numbers.ts';
import { NODE_ENGINES } from './node-engines.ts';
import { follow } from './reference/followed.ts';
import { hold } from './reference/held.ts';
import { STRANGER_MODELS } from './reference/stranger-models.ts';
import { TRAJECTORIES } from './reference/trajectories.ts';

describe.each([['numbers', async () => engineInNumbers('wasm')] as const, ...NODE_ENGINES])(
  '%s',
  (_, start) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await start();
    });

    it.each(STRANGER_MODELS)('$name: loss, answers and gradients are what is known', async (model) => {
      const { loss, right, outputs, gradients } = await hold(engine.build, model);
      expect(loss).toBeLessThan(1e-5);
      expect(right).toBe(0);
      expect(outputs).toBeLessThan(1e-5);
      for (const [name, error] of gradients) expect(error, name).toBeLessThan(1e-5);
      expect(gradients.size).toBeGreaterThan(1);
    });

    it.each(TRAJECTORIES)(
      '$name: fifty steps are PyTorch’s',
      async (trajectory) => {
        const { loss, norm, weights } = await follow(engine.build, trajectory);
        expect(loss).toBeLessThan(1e-5);
        expect(norm).toBeLessThan(1e-5);
        for (const [name, error] of weights) expect(error, name).toBeLessThan(1e-5);
      },
      30_000,
    );
  },
);
