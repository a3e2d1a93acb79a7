import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { findCell } from '../../cells/index.ts';
import type { Architecture, Layer } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Snapshot } from '../learner.ts';
import { madeUpExamples, madeUpWeights } from '../testing/made-up.ts';
import { type KernelCode, loadKernel } from './kernel.ts';
import { buildWasmLearner, forecast } from './learner.ts';
import { readBinary } from './node.ts';

let code: KernelCode;
beforeAll(async () => {
  await ensureKernel();
  code = await loadKernel(readBinary);
}, 60_000);

const SCHEDULE = { rate: 1e-2, clip: 1, seed: 0 };
const LIMITS = { size: 4, tokens: 5 };
const WORDS: Layer = {
  kind: 'embedding',
  name: 'words',
  vocabulary: 6,
  size: 3,
  trained: true,
  masked: true,
};
const HEAD: Layer = { kind: 'dense', name: 'head', units: 1, activation: 'linear' };
const MEAN: Layer = { kind: 'pooling', name: 'mean', take: 'mean' };
const CELL: Layer = {
  ...{ kind: 'recurrent', name: 'cell', equations: findCell('elman').equations, units: 2 },
  ...{ direction: 'forward', sequences: false, recurrentDropout: 0, starts: [] },
};
const model = (...layers: readonly Layer[]): Architecture => ({ input: 'ids', layers, loss: 'verdict' });
const MODEL = model(WORDS, MEAN, HEAD);

describe('a model that can’t be is refused before memory is taken', () => {
  const plain: Layer = { kind: 'plain', name: 'norm', className: 'BatchNormalization', config: {} };
  const wide: Layer = { ...HEAD, units: 2 };
  const valid: Layer = {
    ...{ kind: 'convolution', name: 'conv', filters: 2, width: 9, padding: 'valid', activation: 'relu' },
  };
  it.each<[what: string, architecture: Architecture, limits: typeof LIMITS, message: string]>([
    [
      'a layer of tfjs’s own',
      model(WORDS, MEAN, plain, HEAD),
      LIMITS,
      'norm: only the plain tfjs engine has',
    ],
    ['no units', model(WORDS, { ...CELL, units: 0 }, HEAD), LIMITS, 'cell: the number of units is 0'],
    ['half a unit', model(WORDS, { ...CELL, units: 1.5 }, HEAD), LIMITS, 'cell: the number of units is 1.5'],
    ['no vocabulary', model({ ...WORDS, vocabulary: -3 }, MEAN, HEAD), LIMITS, 'words: the vocabulary is -3'],
    [
      'a rate of 1',
      model(WORDS, { kind: 'dropout', name: 'drop', rate: 1, spatial: false }, MEAN, HEAD),
      LIMITS,
      'drop: the rate is 1; expected a share from 0 to below 1.',
    ],
    [
      'recurrent dropout of no number',
      model(WORDS, { ...CELL, recurrentDropout: Number.NaN }, HEAD),
      LIMITS,
      'cell: the recurrent dropout is NaN',
    ],
    ['no examples', MODEL, { size: 0, tokens: 5 }, 'the largest batch is 0'],
    ['no steps', MODEL, { size: 4, tokens: 0 }, 'the longest sequence is 0'],
    ['a million steps', MODEL, { size: 4, tokens: 1e6 }, 'the longest sequence has 1000000 steps'],
    [
      'more than there is',
      model(WORDS, { ...HEAD, units: 2 ** 20 }, MEAN, { ...HEAD, name: 'last' }),
      { size: 256, tokens: 512 },
      'Choose smaller sizes.',
    ],
    [
      'two logits for a verdict',
      model(WORDS, MEAN, wide),
      LIMITS,
      'the last layer gives 2 numbers; a verdict is one logit.',
    ],
    [
      'ids without an embedding',
      model(MEAN, HEAD),
      LIMITS,
      'its first layer is a pooling layer, mean; put an embedding first.',
    ],
    ['no layers', model(), LIMITS, 'its first layer is none; put an embedding first.'],
    [
      'an embedding further on',
      model(WORDS, { ...WORDS, name: 'again' }, MEAN, HEAD),
      LIMITS,
      'again: an embedding reads word ids',
    ],
    ['two layers of one name', model(WORDS, MEAN, HEAD, HEAD), LIMITS, 'two variables have one name'],
    [
      'a sequence that has ended',
      model(WORDS, MEAN, CELL, HEAD),
      LIMITS,
      'cell: a recurrent layer reads a sequence',
    ],
    [
      'a kernel wider than the sequence',
      model(WORDS, valid, MEAN, HEAD),
      LIMITS,
      'conv: a valid convolution of width 9 over 5 steps leaves none',
    ],
    ['equations that are none', model(WORDS, { ...CELL, equations: 'h’ = ' }, HEAD), LIMITS, ''],
    [
      'vectors of no width',
      { ...MODEL, input: 0, layers: [MEAN, HEAD] },
      LIMITS,
      'the width of the vectors that come in is 0',
    ],
  ])('%s', (_, architecture, limits, message) => {
    const memory = vi.spyOn(WebAssembly, 'Memory');
    expect(() => buildWasmLearner(code, architecture, SCHEDULE, limits)).toThrow(message);
    expect(() => forecast(architecture, limits)).toThrow(message);
    expect(memory).not.toHaveBeenCalled();
  });

  it.each([
    [{ ...SCHEDULE, rate: 0 }, 'the learning rate is 0'],
    [{ ...SCHEDULE, rate: Number.NaN }, 'the learning rate is NaN'],
    [{ ...SCHEDULE, clip: -1 }, 'the largest norm is -1'],
    [{ ...SCHEDULE, seed: Number.NaN }, 'the seed is NaN'],
  ])('a schedule that is none: %o', (schedule, message) => {
    expect(() => buildWasmLearner(code, MODEL, schedule, LIMITS)).toThrow(message);
  });
});

describe('a batch that doesn’t fit', () => {
  const good = madeUpExamples(MODEL, { size: 2, tokens: 3, seed: 1 });
  const stepwise: Architecture = { ...model(WORDS, { ...HEAD, units: 3 }), loss: 'classes' };
  const steps = madeUpExamples(stepwise, { size: 2, tokens: 3, seed: 1 });
  const ids = (...given: number[]) => ({ ...good, ids: Int32Array.from(given) });
  it.each<[what: string, architecture: Architecture, batch: Examples, message: string]>([
    [
      'too many examples',
      MODEL,
      madeUpExamples(MODEL, { size: 5, tokens: 3, seed: 1 }),
      'the batch has 5 examples; this learner was built for 1 to 4.',
    ],
    [
      'too many steps',
      MODEL,
      madeUpExamples(MODEL, { size: 2, tokens: 6, seed: 1 }),
      'the batch has 6 steps; this learner was built for 1 to 5.',
    ],
    ['too few ids', MODEL, ids(1, 2, 3), 'the batch has 3 word ids, expected 6: 2 x 3 steps.'],
    [
      'vectors for ids',
      MODEL,
      { size: 2, tokens: 3, vectors: new Float32Array(18), labels: good.labels },
      'the batch has no word ids, expected 6',
    ],
    [
      'an id past the table',
      MODEL,
      ids(1, 2, 3, 4, 6, 1),
      'example 1 has the id 6 at step 1; words has rows 0 to 5.',
    ],
    ['an id below it', MODEL, ids(1, 2, -1, 4, 5, 1), 'example 0 has the id -1 at step 2'],
    [
      'half an id',
      MODEL,
      // From where types don't reach: whoever hands ids over by message.
      { ...good, ids: Float32Array.of(1, 2, 3, 4, 1.5, 1) as unknown as Int32Array },
      'example 1 has the id 1.5 at step 1; words has rows 0 to 5.',
    ],
    ['a label too few', MODEL, { ...good, labels: Float32Array.of(1) }, 'the batch has 1 labels, expected 2'],
    [
      'half a verdict',
      MODEL,
      { ...good, labels: Float32Array.of(1, 0.5) },
      'answer 1 has the label 0.5; expected a whole number from 0 to 1.',
    ],
    [
      'labels of examples where steps answer',
      stepwise,
      { ...steps, labels: Float32Array.of(1, 0) },
      'the batch has 2 labels, expected 6',
    ],
    [
      'a class that there isn’t',
      stepwise,
      { ...steps, labels: steps.labels.with(4, 3) },
      'answer 4 has the label 3; expected a whole number from 0 to 2.',
    ],
    [
      'too few marks',
      stepwise,
      { ...steps, counted: Float32Array.of(1) },
      'the batch has 1 marks of steps that count, expected 6',
    ],
  ])('%s', async (_, architecture, batch, message) => {
    const learner = buildWasmLearner(code, architecture, SCHEDULE, LIMITS);
    const weights = madeUpWeights(architecture, 1);
    learner.restore({ step: 0, weights });
    expect(() => learner.learn(batch)).toThrow(message);
    await expect(learner.lesson(batch)).rejects.toThrow(message);
    expect(learner.step).toBe(0);
    expect((await learner.snapshot()).weights).toEqual(weights);
    expect((await learner.sums()).batches).toBe(0);
  });
});

describe('a state that doesn’t fit', () => {
  const good = (): Snapshot & { weights: Map<string, Float32Array> } => ({
    step: 3,
    weights: madeUpWeights(MODEL, 2),
  });
  const moments = (of: Map<string, Float32Array>) =>
    new Map([...of].map(([name, values]) => [name, { first: values.slice(), second: values.map(Math.abs) }]));
  it.each<[what: string, spoil: (state: ReturnType<typeof good>) => Snapshot, message: string]>([
    ['half a step', (state) => ({ ...state, step: 0.5 }), 'the state is of 0.5 batches'],
    [
      'a variable that is missing',
      (state) => {
        state.weights.delete('head.bias');
        return state;
      },
      'head.bias has no numbers, expected 1.',
    ],
    [
      'one of another size',
      (state) => ({ ...state, weights: state.weights.set('head.weights', new Float32Array(4)) }),
      'head.weights has 4 numbers, expected 3.',
    ],
    [
      'a NaN',
      (state) => ({
        ...state,
        weights: state.weights.set('words.table', new Float32Array(18).fill(Number.NaN, 7, 8)),
      }),
      'words.table has NaN at place 7; every number of a state has to be finite.',
    ],
    [
      'moments of some variables only',
      (state) => ({ ...state, moments: moments(new Map([...state.weights].slice(1))) }),
      'the first moment of words.table has no numbers, expected 18.',
    ],
    [
      'a mean of squares below zero',
      (state) => {
        const all = moments(state.weights);
        all.get('head.bias')?.second.fill(-1);
        return { ...state, moments: all };
      },
      'the second moment of head.bias has -1 at place 0; a mean of squares is not below zero.',
    ],
    [
      'a moment that is infinite',
      (state) => {
        const all = moments(state.weights);
        all.get('head.bias')?.second.fill(Number.POSITIVE_INFINITY);
        return { ...state, moments: all };
      },
      'the second moment of head.bias has Infinity at place 0',
    ],
  ])('%s is refused, and nothing is changed', async (_, spoil, message) => {
    const learner = buildWasmLearner(code, MODEL, SCHEDULE, LIMITS);
    learner.restore({ step: 1, weights: madeUpWeights(MODEL, 1) });
    const before = await learner.snapshot();
    expect(() => learner.restore(spoil(good()))).toThrow(message);
    expect(await learner.snapshot()).toEqual(before);
  });
});

describe('numbers that are none', () => {
  it('are seen in the sums, not hidden', async () => {
    const architecture: Architecture = { input: 2, layers: [MEAN, HEAD], loss: 'verdict' };
    const learner = buildWasmLearner(code, architecture, SCHEDULE, LIMITS);
    learner.restore({ step: 0, weights: madeUpWeights(architecture, 1) });
    const batch = madeUpExamples(architecture, { size: 2, tokens: 3, seed: 1 });
    learner.learn({ ...batch, vectors: new Float32Array(12).fill(Number.NaN, 3, 4) });
    const { loss, norm } = await learner.sums();
    expect([loss, norm]).toEqual([Number.NaN, Number.NaN]);
    expect((await learner.snapshot()).weights.get('head.bias')).toEqual(Float32Array.of(Number.NaN));
  });

  it('a learner that was disposed says so', async () => {
    const learner = buildWasmLearner(code, MODEL, SCHEDULE, LIMITS);
    learner.dispose();
    await expect(learner.sums()).rejects.toThrow('this learner was disposed; build a new one.');
  });
});
