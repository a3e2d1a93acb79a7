import { describe, expect, it } from 'vitest';
import type { Architecture, Layer } from './architecture.ts';
import type { Examples } from './examples.ts';
import { knownLesson } from './reference.ts';
import { STRANGER_MODELS, type StrangerModel } from './testing/stranger-models.ts';

/** The largest difference. */
function apart(received: ArrayLike<number>, expected: readonly number[]): number {
  expect(received.length).toBe(expected.length);
  return expected.reduce((most, value, k) => Math.max(most, Math.abs(value - (received[k] as number))), 0);
}

describe.each(STRANGER_MODELS)('$name', ({ architecture, weights, examples, dropout, ...model }) => {
  it('has the loss, the answers and the gradients that PyTorch finds', () => {
    const known = knownLesson(architecture, weights, examples, dropout === undefined ? {} : { dropout });
    expect(apart(known.outputs, model.outputs)).toBeLessThan(1e-10);
    expect(Math.abs(known.loss - model.loss)).toBeLessThan(1e-10);
    expect(known.right).toBe(model.right);
    expect([...known.gradients.keys()].sort()).toEqual([...model.gradients.keys()].sort());
    for (const [name, gradient] of model.gradients)
      expect(apart(known.gradients.get(name) ?? [], gradient), name).toBeLessThan(1e-10);
  });

  it.runIf(model.keras)('gives what Keras’s own layers give', () => {
    const { outputs } = knownLesson(architecture, weights, examples);
    expect(apart(outputs, model.keras ?? [])).toBeLessThan(1e-10);
  });
});

describe('the figures', () => {
  it('hold every layer, loss and gradients that are not zero', () => {
    const kinds = new Set(
      STRANGER_MODELS.flatMap(({ architecture }) => architecture.layers.map(({ kind }) => kind)),
    );
    expect([...kinds].sort()).toEqual([
      'convolution',
      'dense',
      'dropout',
      'embedding',
      'pooling',
      'recurrent',
    ]);
    for (const { gradients } of STRANGER_MODELS)
      for (const [name, gradient] of gradients)
        expect(
          gradient.some((value) => value !== 0),
          name,
        ).toBe(true);
  });
});

describe('a lesson that can’t be', () => {
  const [{ architecture, examples, weights }] = STRANGER_MODELS as [StrangerModel];

  it.each([
    ['a weight is missing', new Map(), examples, /words\.table has no numbers, expected 27 \(\[9,3\]\)/],
    [
      'an id is no row',
      weights,
      { ...examples, ids: new Int32Array(24).fill(9) },
      /words: the id 9 is no row of a table of 9/,
    ],
    ['ids are missing', weights, { ...examples, ids: new Int32Array(7) }, /7 ids, expected 4 x 6 x 1/],
    [
      'labels are missing',
      weights,
      { ...examples, labels: new Float32Array(3) },
      /3 labels, expected 4 x 1 x 1/,
    ],
  ] as const)('is refused where %s', (_, weights, batch, message) => {
    expect(() => knownLesson(architecture, weights, batch)).toThrow(message);
  });

  it('is refused where only tfjs knows the layer', () => {
    const plain: Layer = { kind: 'plain', name: 'norm', className: 'LayerNormalization', config: {} };
    expect(() => knownLesson({ ...architecture, layers: [plain] }, new Map(), examples)).toThrow(
      /norm: only tfjs/,
    );
  });
});

describe('at the corners', () => {
  const pooled = (take: 'max' | 'mean', layer: Layer): Architecture => ({
    input: 'ids',
    layers: [layer, { kind: 'pooling', name: 'pooled', take }],
    loss: 'numbers',
  });
  const words = (masked: boolean): Layer => ({
    kind: 'embedding',
    name: 'words',
    vocabulary: 3,
    size: 1,
    trained: true,
    masked,
  });
  const table = new Map([['words.table', [5, 2, 2]]]);
  const batch = (ids: readonly number[]): Examples => ({
    size: 1,
    tokens: ids.length,
    ids: Int32Array.from(ids),
    labels: Float32Array.of(0),
  });
  const gradient = (architecture: Architecture, ids: readonly number[]) => {
    const { outputs, gradients } = knownLesson(architecture, table, batch(ids));
    return { output: outputs[0], gradient: [...(gradients.get('words.table') ?? [])] };
  };

  it('a tie’s gradient goes to the first step', () => {
    expect(gradient(pooled('max', words(false)), [2, 1])).toEqual({ output: 2, gradient: [0, 0, 4] });
    expect(gradient(pooled('max', words(false)), [1, 2])).toEqual({ output: 2, gradient: [0, 4, 0] });
  });

  it('the largest may be padding, whose row is read and not trained', () => {
    expect(gradient(pooled('max', words(true)), [1, 0])).toEqual({ output: 5, gradient: [0, 0, 0] });
    expect(gradient(pooled('max', words(false)), [1, 0])).toEqual({ output: 5, gradient: [10, 0, 0] });
  });

  it('the mean of nothing but padding is zero', () => {
    expect(gradient(pooled('mean', words(true)), [0, 0])).toEqual({ output: 0, gradient: [0, 0, 0] });
  });

  it('where no step counts the loss is zero', () => {
    const tagger: Architecture = { input: 'ids', layers: [words(true)], loss: 'numbers' };
    const { loss, answers, gradients } = knownLesson(tagger, table, {
      ...batch([0, 0]),
      labels: Float32Array.of(1, 1),
    });
    expect({ loss, answers, gradient: [...(gradients.get('words.table') ?? [])] }).toEqual({
      loss: 0,
      answers: 0,
      gradient: [0, 0, 0],
    });
  });
});
