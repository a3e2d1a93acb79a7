import { readFileSync } from 'node:fs';
import { tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findCell } from '../cells/index.ts';
import { Adam } from './adam.ts';
import { useInNode } from './backends/node.ts';
import { buildClassifier, disposeClassifier, setWeights, trainedModel } from './classifier.ts';
import { quickRun } from './configuration.ts';
import type { TrainedModel } from './model.ts';
import { relativeError } from './selftest.ts';
import { trainOn } from './step.ts';
import { weightsOf } from './weights.ts';

interface Trajectory {
  readonly initial: Readonly<Record<string, readonly number[]>>;
  readonly final: Readonly<Record<string, readonly number[]>>;
  readonly batches: readonly { readonly ids: readonly number[]; readonly labels: readonly number[] }[];
  readonly losses: readonly number[];
  readonly norms: readonly number[];
}

/** Made by scripts/reference/trajectory.py. */
const figures: {
  readonly sizes: { readonly input: number; readonly units: number };
  readonly vocabulary: number;
  readonly tokens: number;
  readonly batch: number;
  readonly rate: number;
  readonly clip: number;
  readonly cells: Readonly<Record<string, Trajectory>>;
} = JSON.parse(readFileSync(new URL('./figures/trajectory.json', import.meta.url), 'utf8'));

const { sizes, vocabulary, tokens, batch: size, rate, clip } = figures;

function modelOf(equations: string, weights: Trajectory['initial']): TrainedModel {
  const numbers = (name: string) => Float32Array.from(weights[name] ?? []);
  const cell = Object.keys(weights).filter((name) => name.startsWith('cell.'));
  return {
    equations,
    sizes,
    parameters: new Map(cell.map((name) => [name.slice('cell.'.length), numbers(name)])),
    embedding: numbers('embedding.table'),
    vocabulary,
    tokens,
    head: { weights: numbers('head.weights'), bias: numbers('head.bias')[0] ?? Number.NaN },
  };
}

describe.each(['wasm', 'cpu'] as const)('twenty steps on %s', (backend) => {
  beforeAll(() => useInNode(backend));

  it.each(Object.entries(figures.cells))(
    '%s: losses, norms and final weights are PyTorch’s',
    async (id, known) => {
      const { equations, initial } = findCell(id);
      const classifier = buildClassifier({
        ...quickRun({ equations, initial }),
        units: sizes.units,
        embedding: sizes.input,
        vocabulary,
        tokens,
        rate,
      });
      const model = modelOf(equations, known.initial);
      setWeights(classifier, model);
      const adam = new Adam(classifier.variables, rate);
      for (const [step, { ids, labels }] of known.batches.entries()) {
        const batch = { ids: Int32Array.from(ids), labels: Float32Array.from(labels), size, tokens };
        const [loss = Number.NaN, , norm = Number.NaN] = tidy(() =>
          trainOn(classifier, adam, clip, batch).dataSync(),
        );
        expect(relativeError([loss], [known.losses[step] ?? 0]), `loss ${step}`).toBeLessThan(2e-6);
        expect(relativeError([norm], [known.norms[step] ?? 0]), `norm ${step}`).toBeLessThan(1e-5);
      }
      const trained = weightsOf(await trainedModel(classifier, model));
      for (const [name, values] of Object.entries(known.final))
        expect(relativeError(trained.get(name) ?? [], values), name).toBeLessThan(1e-5);
      expect(trained.size).toBe(Object.keys(known.final).length);
      // The padding's vector is never trained.
      expect([...(trained.get('embedding.table') ?? [])].slice(0, sizes.input)).toEqual([0, 0, 0, 0]);
      adam.dispose();
      disposeClassifier(classifier);
    },
  );
});
