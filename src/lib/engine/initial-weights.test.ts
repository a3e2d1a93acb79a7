import { describe, expect, it } from 'vitest';
import { gruResetAfter } from '../cells/gru-reset-after.ts';
import { lstm } from '../cells/lstm.ts';
import { type Architecture, variablesOf } from './architecture.ts';
import { architectureOf } from './classifier-architecture.ts';
import { quickRun } from './configuration.ts';
import { initialWeights } from './initial-weights.ts';

const CONFIGURATION = { ...quickRun(lstm), units: 4, embedding: 3, vocabulary: 100 };
const DEEP: Architecture = {
  input: 'ids',
  layers: [
    { kind: 'embedding', name: 'words', vocabulary: 40, size: 25, trained: false, masked: false },
    { kind: 'convolution', name: 'pattern', filters: 20, width: 3, padding: 'same', activation: 'relu' },
    ...(['one', 'two'] as const).map((name) => ({
      kind: 'recurrent' as const,
      name,
      equations: gruResetAfter.equations,
      units: 8,
      direction: 'both' as const,
      sequences: true,
      recurrentDropout: 0,
      starts: [['bz', -1]] as const,
    })),
    { kind: 'pooling', name: 'most', take: 'max' },
    { kind: 'dense', name: 'head', units: 30, activation: 'linear' },
  ],
  loss: 'classes',
};

describe('initial weights', () => {
  it.each([
    ['embedding.table', -0.049999989569187164, -0.010473976843059063],
    ['cell.Wf', -0.7879774570465088, 0.4679732322692871],
    ['cell.Uo', 0.39096009731292725, -0.35954704880714417],
    ['cell.bf', 1, 1],
    ['cell.bi', 0, 0],
    ['head.weights', -0.9276371598243713, -0.16310203075408936],
    ['head.bias', 0, 0],
  ])('of the standard classifier: %s is what the lessons’ models started from', (name, first, last) => {
    // Printed by the program that drew the shipped models' starts, before models were made of layers.
    const weights = initialWeights(architectureOf(CONFIGURATION), CONFIGURATION.seed).get(name);
    expect([weights?.at(0), weights?.at(-1)]).toEqual([first, last]);
  });

  it('fit every variable, and no two matrices are alike', () => {
    const weights = initialWeights(DEEP, 5);
    expect([...weights].map(([name, { length }]) => [name, length])).toEqual(
      variablesOf(DEEP).map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]),
    );
    const matrices = [...weights.values()].filter((values) => values.some((value) => value !== values[0]));
    expect(new Set(matrices.map((values) => values.slice(0, 8).join())).size).toBe(matrices.length);
    expect(initialWeights(DEEP, 5)).toEqual(weights);
    expect(initialWeights(DEEP, 6)).not.toEqual(weights);
  });

  it.each([
    ['words.table', 0.05],
    ['pattern.kernel', Math.sqrt(6 / (3 * 25 + 3 * 20))],
    ['head.weights', Math.sqrt(6 / (16 + 30))],
  ])('%s is uniform within ± %f', (name, bound) => {
    const values = initialWeights(DEEP, 5).get(name) ?? new Float32Array();
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.98 * bound);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 0);
  });

  it('start vectors at zero, or at the constant that the layer gives, in both directions', () => {
    const weights = initialWeights(DEEP, 5);
    for (const prefix of ['one.forward', 'one.backward', 'two.forward']) {
      expect([...(weights.get(`${prefix}.bz`) ?? [])]).toEqual(new Array(8).fill(-1));
      expect([...(weights.get(`${prefix}.br`) ?? [])]).toEqual(new Array(8).fill(0));
    }
    expect([...(weights.get('pattern.bias') ?? [])]).toEqual(new Array(20).fill(0));
  });
});
