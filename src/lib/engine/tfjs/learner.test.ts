import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  add,
  io,
  memory,
  registerBackend,
  removeBackend,
  setBackend,
  type Tensor,
  tensor,
  tensor3d,
  tidy,
  train,
  zeros,
} from '@tensorflow/tfjs-core';
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gruResetAfter } from '../../cells/gru-reset-after.ts';
import { lstm } from '../../cells/lstm.ts';
import type {
  Architecture,
  ConvolutionLayer,
  DenseLayer,
  EmbeddingLayer,
  PlainLayer,
  RecurrentLayer,
} from '../architecture.ts';
import type { Examples } from '../examples.ts';
import { initialWeights } from '../initial-weights.ts';
import { Recurrent } from './layers/recurrent.ts';
import { buildTfjsLearner } from './learner.ts';
import { useInNode } from './node.ts';
import { recurrent } from './recurrent/operation.ts';

const SCHEDULE = { rate: 0.05, clip: Number.POSITIVE_INFINITY, seed: 3 };
const LIMITS = { size: 4, tokens: 5 };
const WORDS: EmbeddingLayer = {
  ...{ kind: 'embedding', name: 'words', vocabulary: 9, size: 3 },
  ...{ trained: true, masked: true },
};
const CELL: RecurrentLayer = {
  ...{ kind: 'recurrent', name: 'cell', equations: gruResetAfter.equations, units: 4 },
  ...{ direction: 'both', sequences: true, recurrentDropout: 0.2, starts: [] },
};
const HEAD: DenseLayer = { kind: 'dense', name: 'head', units: 1, activation: 'linear' };
const CONVOLUTION: ConvolutionLayer = {
  ...{ kind: 'convolution', name: 'pattern', filters: 4, width: 2 },
  ...{ padding: 'same', activation: 'tanh' },
};
const DEEP: Architecture = {
  input: 'ids',
  layers: [
    WORDS,
    { kind: 'dropout', name: 'some', rate: 0.2, spatial: true },
    CELL,
    CONVOLUTION,
    { ...CELL, name: 'last', equations: lstm.equations, direction: 'backward', sequences: false },
    HEAD,
  ],
  loss: 'verdict',
};
const BATCH: Examples & { readonly ids: Int32Array } = {
  size: 4,
  tokens: 5,
  ids: Int32Array.from([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 0, 8, 1, 1, 0, 0, 0, 0, 2]),
  labels: Float32Array.of(1, 0, 1, 0),
};
const plain = (className: string, config: PlainLayer['config'] = {}): PlainLayer => ({
  ...{ kind: 'plain', name: 'own', className, config },
});
const build = (architecture: Architecture) => buildTfjsLearner(architecture, SCHEDULE, LIMITS);

beforeAll(() => useInNode('wasm'));

describe('its model', () => {
  it('is saved and loaded as any other, and the copy is a model of its own', async () => {
    const learner = build(DEEP);
    learner.restore({ step: 0, weights: initialWeights(DEEP, 5) });
    let saved: io.ModelArtifacts | undefined;
    await learner.model.save(
      io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    if (saved === undefined) throw new Error('nothing was saved');
    const before = await learner.outputs(BATCH);
    // Through JSON, as a file or a server would give it.
    const topology = JSON.parse(JSON.stringify(saved.modelTopology));
    const loaded = await loadLayersModel(io.fromMemory({ ...saved, modelTopology: topology }));
    const ask = () =>
      tidy(() => [
        ...(loaded.predict(tensor(BATCH.ids, [BATCH.size, BATCH.tokens], 'int32')) as Tensor).dataSync(),
      ]);
    expect(ask()).toEqual([...before]);
    expect(before.some((logit) => Math.abs(logit) > 1e-3)).toBe(true);
    learner.learn(BATCH);
    expect(ask()).toEqual([...before]);
    expect([...(await learner.outputs(BATCH))]).not.toEqual([...before]);
    learner.dispose();
    expect(ask()).toEqual([...before]);
    loaded.dispose();
  });

  it('can be made of tfjs’s own layers around any cell, and fitted by tfjs itself', async () => {
    const cell = new Recurrent({
      ...{ equations: lstm.equations, units: 6, direction: 'forward', sequences: false },
      ...{ recurrentDropout: 0, place: 1, inputShape: [4, 2] },
    });
    const model = sequential({ layers: [cell, layers.dense({ units: 1 })] });
    model.compile({ optimizer: train.adam(0.05), loss: 'meanSquaredError' });
    cell.setWeights(cell.getWeights().map((weight, k) => add(weight, 0.1 * Math.sin(k + 1))));
    const x = tensor3d(
      Float32Array.from({ length: 40 }, (_, k) => Math.sin(k)),
      [5, 4, 2],
    );
    const y = tensor([1, 0, 1, 0, 1], [5, 1]);
    const { history } = await model.fit(x, y, { epochs: 40, verbose: 0 });
    const losses = history['loss'] as number[];
    expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));
    model.dispose();
    x.dispose();
    y.dispose();
  });
});

describe('a layer that only tfjs has', () => {
  const alike = (layer: DenseLayer | PlainLayer): Architecture => ({
    input: 'ids',
    layers: [WORDS, { ...CELL, recurrentDropout: 0, sequences: false }, layer],
    loss: 'classes',
  });

  it('learns as ours does where they are the same', async () => {
    const own = build(alike({ ...HEAD, name: 'own', units: 3 }));
    const theirs = build(alike(plain('Dense', { units: 3 })));
    const weights = new Map(initialWeights(own.architecture, 5));
    own.restore({ step: 0, weights });
    // [3, 8] here, [8, 3] there.
    const turned = weights.get('own.weights')?.slice() ?? new Float32Array();
    weights.set(
      'own.kernel',
      turned.map((_, k) => turned[(k % 3) * 8 + Math.floor(k / 3)] ?? Number.NaN),
    );
    theirs.restore({ step: 0, weights });
    const batch = { ...BATCH, labels: Float32Array.of(0, 1, 2, 1) };
    for (let step = 0; step < 3; step++) {
      own.learn(batch);
      theirs.learn(batch);
    }
    expect(await theirs.sums()).toEqual(await own.sums());
    expect([...(await theirs.outputs(batch))]).toEqual([...(await own.outputs(batch))]);
    own.dispose();
    theirs.dispose();
  });

  it('starts from weights that tfjs draws, and all of the model is trained', async () => {
    const learner = build({
      input: 'ids',
      layers: [
        WORDS,
        CELL,
        plain('LayerNormalization'),
        { kind: 'pooling', name: 'most', take: 'max' },
        HEAD,
      ],
      loss: 'verdict',
    });
    const weights = await learner.initial(5);
    expect([...weights.keys()].filter((name) => name.startsWith('own'))).toEqual(['own.gamma', 'own.beta']);
    expect([...(weights.get('own.gamma') ?? [])]).toEqual(new Array(8).fill(1));
    expect([...(weights.get('head.weights') ?? [])].every((value) => value !== 0)).toBe(true);
    learner.restore({ step: 0, weights });
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) {
      learner.learn(BATCH);
      const { loss, answers } = await learner.sums();
      losses.push(loss / answers);
    }
    expect(losses.at(-1)).toBeLessThan(0.3 * (losses[0] ?? 0));
    const { weights: after } = await learner.snapshot();
    for (const [name, values] of weights) expect(after.get(name), name).not.toEqual(values);
    learner.dispose();
  });

  it.each([
    ['NoSuchLayer', /own: tfjs has no layer NoSuchLayer/],
    ['constructor', /own: tfjs has no layer constructor/],
    ['__proto__', /own: tfjs has no layer __proto__/],
    ['Zeros', /own: Zeros is known to tfjs, but it is no layer/],
  ])('is refused where it is none: %s', (className, message) => {
    expect(() => build(alike(plain(className)))).toThrow(message);
  });
});

describe('what can’t be', () => {
  it.each([
    [{ ...DEEP, layers: [{ ...WORDS, size: 0 }] }, /words: the vectors' size is 0/],
    [{ ...DEEP, layers: [WORDS, { ...CELL, units: 2.5 }] }, /cell: the number of units is 2.5/],
    [{ ...DEEP, layers: [WORDS, { ...CELL, sequences: false }] }, /gives 8 numbers; a verdict is one logit/],
    [{ ...DEEP, layers: [WORDS, { ...CELL, equations: "h' = tanh(" }] }, /./],
  ] as const)('is refused, and nothing is left of it', (architecture, message) => {
    const before = memory().numTensors;
    expect(() => build(architecture as Architecture)).toThrow(message);
    expect(memory().numTensors).toBe(before);
  });

  it('a state of another model changes nothing', async () => {
    const learner = build(DEEP);
    const weights = initialWeights(DEEP, 5);
    learner.restore({ step: 2, weights });
    const before = await learner.snapshot();
    const but = (name: string, values: Float32Array) => new Map([...weights, [name, values] as const]);
    for (const [given, message] of [
      [new Map([...weights].filter(([name]) => name !== 'pattern.bias')), /pattern\.bias has no numbers/],
      [but('head.weights', new Float32Array(3)), /head\.weights has 3 numbers, expected 4/],
      [but('last.Uo', new Float32Array(16).fill(Number.NaN)), /last\.Uo has NaN at place 0/],
    ] as const)
      expect(() => learner.restore({ step: 9, weights: given })).toThrow(message);
    expect(() => learner.restore({ step: 9, weights, moments: new Map() })).toThrow(
      /the first moment of words\.table has no numbers/,
    );
    expect(await learner.snapshot()).toEqual(before);
    learner.dispose();
  });
});

it('holds as many tensors after each batch as after the first, and none in the end', async () => {
  const before = memory().numTensors;
  const learner = build(DEEP);
  learner.restore({ step: 0, weights: initialWeights(DEEP, 5) });
  const held = new Set<number>();
  for (const size of [4, 2, 4, 1]) {
    learner.learn({ ...BATCH, size, ids: BATCH.ids.slice(0, 5 * size), labels: BATCH.labels.slice(0, size) });
    held.add(memory().numTensors);
  }
  expect(held.size).toBe(1);
  const settled = await learner.sums().then(() => memory().numTensors);
  await learner.lesson(BATCH);
  await learner.outputs(BATCH);
  await learner.snapshot();
  expect(memory().numTensors).toBe(settled);
  learner.dispose();
  expect(memory().numTensors).toBe(before);
});

describe('a backend without the kernel', () => {
  beforeAll(async () => {
    registerBackend('bare', () => new MathBackendCPU());
    await setBackend('bare');
  });
  afterAll(async () => {
    await setBackend('wasm');
    removeBackend('bare');
  });

  it('is told so', () => {
    const { name: _, starts: __, ...layer } = { ...CELL, direction: 'forward' as const };
    const attributes = { layer, place: 0, mask: undefined, chance: undefined };
    expect(() => tidy(() => recurrent(zeros([1, 2, 3]), [], attributes))).toThrow(
      /bare backend has no kernel Recurrent/,
    );
  });
});
