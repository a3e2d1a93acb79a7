import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { findCell } from '../../cells/index.ts';
import type { Architecture, Layer, RecurrentLayer } from '../architecture.ts';
import type { Schedule } from '../learner.ts';
import { knownLesson } from '../reference.ts';
import { relativeError } from '../relative-error.ts';
import { type MadeUp, madeUpExamples, madeUpWeights } from '../testing/made-up.ts';
import type { Flavour, KernelCode } from './kernel.ts';
import { buildWasmLearner } from './learner.ts';
import { bothKernels } from './node.ts';

let codes: Readonly<Record<Flavour, KernelCode>>;
beforeAll(async () => {
  await ensureKernel();
  codes = await bothKernels();
}, 60_000);

const SCHEDULE: Schedule = { rate: 1e-2, clip: 0.5, seed: 5 };

const words = (vocabulary: number, size: number, trained = true, masked = true): Layer => ({
  ...{ kind: 'embedding', name: 'words', vocabulary, size, trained, masked },
});
const dense = (units: number, activation: 'linear' | 'relu' | 'tanh' | 'sigmoid' = 'linear', name = 'head') =>
  ({ kind: 'dense', name, units, activation }) as const;
const pooling = (take: 'max' | 'mean') => ({ kind: 'pooling', name: 'pooling', take }) as const;
const convolution = (filters: number, width: number, padding: 'same' | 'valid', name = 'convolution') =>
  ({ kind: 'convolution', name, filters, width, padding, activation: 'relu' }) as const;
const dropout = (rate: number, spatial = false, name = 'dropout') =>
  ({ kind: 'dropout', name, rate, spatial }) as const;

const cell = (id: string, more: Partial<RecurrentLayer>): RecurrentLayer => ({
  ...{ kind: 'recurrent', name: 'cell', equations: findCell(id).equations, units: 5, direction: 'forward' },
  ...{ sequences: false, recurrentDropout: 0, starts: [], ...more },
});

interface Case extends Architecture {
  readonly batch: MadeUp;
}

const batch = (size: number, tokens: number, more: Partial<MadeUp> = {}): MadeUp => ({
  ...{ size, tokens, seed: 3, ...more },
});
const padded = (size: number, tokens: number) => batch(size, tokens, { padded: true });

/** Each layer and loss, at sizes that are no multiples of a register's four. */
const CASES: Readonly<Record<string, Case>> = {
  'words, the largest, a verdict': {
    ...{ input: 'ids', layers: [words(7, 3), pooling('max'), dense(1)], loss: 'verdict' },
    batch: batch(5, 4),
  },
  'the largest over padding too, whose row is not trained': {
    ...{ input: 'ids', layers: [words(9, 5), pooling('max'), dense(1)], loss: 'verdict' },
    batch: padded(11, 6),
  },
  'the mean without padding': {
    ...{ input: 'ids', layers: [words(9, 5), pooling('mean'), dense(3, 'tanh', 'hidden'), dense(1)] },
    ...{ loss: 'verdict', batch: padded(7, 6) },
  },
  'the mean of all steps': {
    ...{ input: 5, layers: [pooling('mean'), dense(2, 'sigmoid')], loss: 'numbers', batch: batch(3, 2) },
  },
  'a convolution to the same length': {
    ...{ input: 'ids', layers: [words(9, 3), convolution(6, 4, 'same'), pooling('max'), dense(1)] },
    ...{ loss: 'verdict', batch: padded(5, 6) },
  },
  'a convolution wider than what it reads': {
    ...{ input: 3, layers: [convolution(2, 9, 'same'), pooling('mean'), dense(4)], loss: 'classes' },
    batch: batch(3, 2),
  },
  'valid convolutions, one after another': {
    input: 'ids',
    layers: [
      words(9, 4),
      convolution(6, 3, 'valid', 'first'),
      convolution(3, 2, 'valid', 'second'),
      pooling('mean'),
      dense(5),
    ],
    ...{ loss: 'classes', batch: padded(5, 7) },
  },
  'a class for every step': {
    ...{ input: 'ids', layers: [words(9, 4), dense(6, 'relu', 'hidden'), dense(5)], loss: 'classes' },
    batch: padded(5, 7),
  },
  'a class for every step that counts': {
    ...{ input: 'ids', layers: [words(9, 4), dense(5)], loss: 'classes' },
    batch: batch(13, 7, { padded: true, marked: true }),
  },
  'a verdict for every step': {
    ...{ input: 3, layers: [dense(1)], loss: 'verdict', batch: batch(2, 3, { marked: true }) },
  },
  'numbers for every step, words frozen': {
    ...{ input: 'ids', layers: [words(9, 4, false), dense(6, 'relu', 'hidden'), dense(3)], loss: 'numbers' },
    batch: padded(5, 7),
  },
  'words that are numbers already': {
    ...{ input: 'ids', layers: [words(4, 2, true, false)], loss: 'numbers', batch: batch(1, 3) },
  },
  'dropout of both kinds': {
    input: 'ids',
    layers: [
      words(9, 6),
      dropout(0.3),
      dense(7, 'tanh', 'hidden'),
      dropout(0.5, true, 'spatial'),
      pooling('mean'),
      dropout(0.25, false, 'last'),
      dense(1),
    ],
    ...{ loss: 'verdict', batch: padded(9, 7) },
  },
  'a cell in both directions, four shards': {
    input: 'ids',
    layers: [
      words(9, 3),
      cell('lstm', { direction: 'both', sequences: true, recurrentDropout: 0.3, name: 'under' }),
      cell('gru-reset-before', { direction: 'backward', name: 'over' }),
      dense(1),
    ],
    ...{ loss: 'verdict', batch: padded(19, 6) },
  },
  'one of everything': {
    ...{ input: 'ids', layers: [words(1, 1, true, false), dense(1)], loss: 'verdict', batch: batch(1, 1) },
  },
};

describe.each(['plain', 'relaxed'] as const)('models on the %s kernel', (flavour) => {
  describe.each(Object.entries(CASES))('%s', (_, { batch: sizes, ...architecture }) => {
    const weights = madeUpWeights(architecture, 1);
    const examples = madeUpExamples(architecture, sizes);
    const build = (schedule = SCHEDULE) => {
      // Room for more than the batch takes: nothing may rest on its being full.
      const limits = { size: sizes.size + 3, tokens: sizes.tokens + 2 };
      const learner = buildWasmLearner(codes[flavour], architecture, schedule, limits);
      learner.restore({ step: 0, weights });
      return learner;
    };

    it('teach what is known', async () => {
      const known = knownLesson(architecture, weights, examples);
      const learner = build();
      for (let times = 0; times < 2; times++) {
        const lesson = await learner.lesson(examples);
        expect(Math.abs(lesson.loss - known.loss)).toBeLessThan(1e-5 * Math.max(1, known.loss));
        expect(lesson.right).toBe(known.right);
        expect([...lesson.gradients.keys()]).toEqual([...known.gradients.keys()]);
        for (const [name, expected] of known.gradients)
          expect(relativeError(lesson.gradients.get(name), expected), name).toBeLessThan(1e-5);
        expect(relativeError(await learner.outputs(examples), known.outputs)).toBeLessThan(1e-5);
      }
      learner.dispose();
    });

    it('move as Adam says, dropping what chance says', async () => {
      const learner = build();
      const expected = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
      const moments = new Map<string, { first: Float64Array; second: Float64Array }>();
      let [loss, norm, right, answers] = [0, 0, 0, 0];
      for (let step = 0; step < 4; step++) {
        const seen = madeUpExamples(architecture, { ...sizes, seed: 20 + step });
        const known = knownLesson(architecture, expected, seen, { dropout: { seed: SCHEDULE.seed, step } });
        const squares = [...known.gradients.values()].reduce(
          (sum, values) => values.reduce((part, value) => part + value * value, sum),
          0,
        );
        const scale = Math.min(1, SCHEDULE.clip / Math.sqrt(squares));
        for (const [name, gradient] of known.gradients) {
          const zeros = () => new Float64Array(gradient.length);
          const { first, second } = moments.get(name) ?? { first: zeros(), second: zeros() };
          moments.set(name, { first, second });
          const values = expected.get(name) ?? zeros();
          for (const [k, slope] of gradient.entries()) {
            const g = scale * slope;
            first[k] = 0.9 * (first[k] ?? 0) + 0.1 * g;
            second[k] = 0.999 * (second[k] ?? 0) + 0.001 * g * g;
            const [m, v] = [
              (first[k] ?? 0) / (1 - 0.9 ** (step + 1)),
              (second[k] ?? 0) / (1 - 0.999 ** (step + 1)),
            ];
            values[k] = (values[k] ?? 0) - (SCHEDULE.rate * m) / (Math.sqrt(v) + 1e-8);
          }
        }
        loss += known.loss * known.answers;
        right += known.right;
        answers += known.answers;
        norm += Math.sqrt(squares);
        learner.learn(seen);
      }
      expect(learner.step).toBe(4);
      const sums = await learner.sums();
      expect(sums.loss / loss).toBeCloseTo(1, 4);
      expect(sums.norm / norm).toBeCloseTo(1, 4);
      expect(sums).toMatchObject({ right, answers, batches: 4 });
      expect(await learner.sums()).toEqual({ loss: 0, right: 0, answers: 0, norm: 0, batches: 0 });
      const snapshot = await learner.snapshot();
      for (const [name, { first, second }] of moments) {
        expect(relativeError(snapshot.moments.get(name)?.first, first), name).toBeLessThan(1e-4);
        expect(relativeError(snapshot.moments.get(name)?.second, second), name).toBeLessThan(1e-4);
        // Where the gradient is tiny, Adam's step is its sign, which rounding may turn.
        const largest = first.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        for (const [k, value] of (expected.get(name) ?? []).entries())
          if (Math.abs(first[k] ?? 0) > 1e-2 * largest)
            expect(Math.abs((snapshot.weights.get(name)?.[k] ?? Number.NaN) - value), name).toBeLessThan(
              1e-5,
            );
      }
      learner.dispose();
    });
  });
});
