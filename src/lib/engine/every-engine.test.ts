import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { follow } from './testing/followed.ts';
import { hold } from './testing/held.ts';
import { engineInNumbers } from './testing/learner-in-numbers.ts';
import { NODE_ENGINES } from './testing/node-engines.ts';
import { STRANGER_MODELS } from './testing/stranger-models.ts';
import { TRAJECTORIES } from './testing/trajectories.ts';

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
