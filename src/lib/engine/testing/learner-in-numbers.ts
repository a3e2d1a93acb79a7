import { type Architecture, countOf, variablesOf } from '../architecture.ts';
import { checkState } from '../checks/state.ts';
import type { Engine } from '../engine.ts';
import type { Examples } from '../examples.ts';
import type { Learner, Limits, Moments, Schedule, Snapshot, Sums } from '../learner.ts';
import type { EngineName } from '../protocol.ts';
import { knownLesson, knownOutputs } from '../reference.ts';

const NOTHING: Sums = { loss: 0, right: 0, answers: 0, norm: 0, batches: 0 };

/** What a test does to an engine. */
export interface Mischief {
  /** Called before a batch is learnt; may throw, or take its time. */
  readonly before?: (step: number) => void;
  /** What is added to every gradient. */
  readonly slip?: number;
}

/**
 * An engine in plain float64, straight from the reference: slow, true, and without a device. Tests of all that stands
 * on learners run on it, and do to it what can befall an engine.
 */
export function engineInNumbers(name: EngineName, mischief: Mischief = {}): Engine {
  return {
    name,
    build: (architecture, schedule, limits) => learnerOf(name, architecture, schedule, limits, mischief),
    forecast: (architecture, { size, tokens }) =>
      4 * (size * tokens + variablesOf(architecture).reduce((sum, variable) => sum + countOf(variable), 0)),
  };
}

function learnerOf(
  engine: EngineName,
  architecture: Architecture,
  { rate, clip, seed }: Schedule,
  limits: Limits,
  { before, slip = 0 }: Mischief,
): Learner {
  const variables = variablesOf(architecture);
  const zeros = (): Map<string, Float32Array> =>
    new Map(variables.map((variable) => [variable.name, new Float32Array(countOf(variable))]));
  const weights = zeros();
  let moments = new Map<string, Moments>();
  let step = 0;
  let sums = NOTHING;
  const known = (batch: Examples, dropout?: { seed: number; step: number }) => {
    if (batch.size > limits.size || batch.tokens > limits.tokens)
      throw new Error(`a batch of ${batch.size} x ${batch.tokens} came to a learner for ${limits.size}`);
    return knownLesson(architecture, weights, batch, dropout === undefined ? {} : { dropout });
  };
  const forget = (): void => {
    moments = new Map([...zeros()].map(([name, first]) => [name, { first, second: first.slice() }]));
  };
  forget();

  return {
    engine,
    architecture,
    get step() {
      return step;
    },
    learn(batch) {
      before?.(step);
      const { loss, right, answers, gradients } = known(batch, { seed, step });
      let squares = 0;
      for (const values of gradients.values()) for (const value of values) squares += value * value;
      const norm = Math.sqrt(Math.fround(squares));
      const scale = Math.min(1, clip / norm);
      step += 1;
      for (const [name, gradient] of gradients) {
        const { first, second } = moments.get(name) as Moments;
        const variable = weights.get(name) as Float32Array;
        gradient.forEach((value, k) => {
          const g = value * scale + slip;
          const m = 0.9 * (first[k] as number) + 0.1 * g;
          const v = 0.999 * (second[k] as number) + 0.001 * g * g;
          first[k] = m;
          second[k] = v;
          const corrected = Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8;
          variable[k] = (variable[k] as number) - (rate * m) / (1 - 0.9 ** step) / corrected;
        });
      }
      sums = {
        // As wide as float32, so that it overflows where an engine would.
        loss: sums.loss + Math.fround(loss * answers),
        right: sums.right + right,
        answers: sums.answers + answers,
        norm: sums.norm + norm,
        batches: sums.batches + 1,
      };
    },
    async sums() {
      const given = sums;
      sums = NOTHING;
      return given;
    },
    async lesson(batch) {
      const { loss, right, gradients } = known(batch);
      return {
        loss,
        right,
        gradients: new Map(
          [...gradients].map(([name, values]) => [name, Float32Array.from(values, (value) => value + slip)]),
        ),
      };
    },
    async outputs(batch) {
      return Float32Array.from(knownOutputs(architecture, weights, batch));
    },
    restore(snapshot) {
      checkState(variables, snapshot);
      for (const [name, values] of weights) values.set(snapshot.weights.get(name) as Float32Array);
      forget();
      for (const [name, { first, second }] of snapshot.moments ?? []) {
        moments.get(name)?.first.set(first);
        moments.get(name)?.second.set(second);
      }
      ({ step } = snapshot);
      sums = NOTHING;
    },
    async snapshot(): Promise<Required<Snapshot>> {
      return structuredClone({ step, weights, moments });
    },
    dispose: () => undefined,
  };
}
