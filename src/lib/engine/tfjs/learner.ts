import {
  add,
  dispose,
  keep,
  mul,
  reshape,
  stack,
  Tensor,
  type Tensor2D,
  tensor,
  tidy,
  type Variable,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { countsOf } from '../answers.ts';
import type { Architecture } from '../architecture.ts';
import { checkLabels, checkQuestions } from '../checks/batch.ts';
import { checkModel, checkSchedule } from '../checks/model.ts';
import { checkState } from '../checks/state.ts';
import type { Examples, Questions } from '../examples.ts';
import { initialWeights } from '../initial-weights.ts';
import type { Learner, Lesson, Limits, Moments, Schedule, Snapshot, Sums, Weights } from '../learner.ts';
import { adam, type Slot, slotOf } from './adam.ts';
import { clipped } from './clip.ts';
import { asHeld, read, write } from './host.ts';
import { type Judged, judge } from './loss.ts';
import { buildModel, type Held, type TfjsModel } from './model.ts';

/** A learner of plain tfjs. */
export interface TfjsLearner extends Learner {
  /** The same numbers as an ordinary tfjs model, to be stacked, saved or asked; it lives as long as the learner. */
  readonly model: TfjsModel['model'];
  /** The weights that a model starts from, those that tfjs draws for its own layers among them. */
  initial(seed: number): Promise<Weights>;
}

/** A batch's lesson on the device. */
interface Taught extends Judged {
  readonly answers: number;
  /** By our names, of every trained variable. */
  readonly gradients: ReadonlyMap<string, Tensor>;
}

const NOTHING: Sums = { loss: 0, right: 0, answers: 0, norm: 0, batches: 0 };

/**
 * Builds a model on tfjs's present backend, operation by operation: slow, and able to take any layer that tfjs has.
 *
 * @param whenLost settles, by rejecting, when the backend's device is taken away; reading then fails instead of waiting
 * @throws Error for a layer or a size that can't be
 */
export function buildTfjsLearner(
  architecture: Architecture,
  schedule: Schedule,
  limits: Limits,
  whenLost: Promise<never> = new Promise(() => undefined),
): TfjsLearner {
  checkSchedule(schedule);
  checkOurs(architecture, limits);
  const { model, variables, clock, inputSizes, last } = buildModel(
    architecture,
    schedule.seed,
    limits.tokens,
  );
  const slots = new Map<string, Slot>();
  for (const [name, { variable, trained }] of variables) if (trained) slots.set(name, slotOf(variable));
  let step = 0;
  /** Sums on the device of loss, verdicts right and norms; read back only when they are asked for. */
  let figures: Tensor | undefined;
  let counted = { answers: 0, batches: 0 };

  const wait = <Value>(value: Promise<Value>): Promise<Value> => Promise.race([value, whenLost]);
  const answersTo = (questions: Questions, training: boolean): Tensor => {
    const { size, tokens, ids, vectors } = questions;
    const given =
      ids === undefined
        ? tensor(vectors ?? new Float32Array(), [size, tokens, inputSizes[0] ?? 1])
        : tensor(ids, [size, tokens], 'int32');
    const answers = model.apply(given, { training });
    if (!(answers instanceof Tensor)) throw new Error('the model was expected to give one tensor');
    return answers;
  };

  const teach = (batch: Examples, training: boolean): Taught => {
    checkQuestions(architecture, batch, limits);
    let counts = new Uint8Array();
    let right: Tensor | undefined;
    const trained = [...slots.values()].map(({ of }) => of);
    const { value, grads } = variableGrads(() => {
      const answers = answersTo(batch, training);
      const steps = last.sequence ? (answers.shape[1] ?? 1) : 1;
      checkLabels(architecture, last, batch, steps);
      counts = countsOf(last, batch, steps);
      const rows = reshape(answers, [counts.length, last.size]) as Tensor2D;
      const judged = judge(architecture.loss, rows, batch.labels, counts);
      right = keep(judged.right);
      return judged.loss;
    }, trained);
    if (right === undefined) throw new Error('tfjs took gradients of a loss that it never computed');
    const gradients = new Map(
      [...slots].map(([name, { of }]) => [name, grads[of.name] ?? zerosLike<Tensor>(of)]),
    );
    return { loss: value, right, answers: counts.reduce((sum, one) => sum + one, 0), gradients };
  };

  return {
    engine: 'tfjs',
    architecture,
    model,
    get step() {
      return step;
    },

    learn(batch) {
      clock.step = step;
      const before = figures;
      figures = tidy(() => {
        const { loss, right, answers, gradients } = teach(batch, true);
        const bounded = clipped(gradients, schedule.clip);
        step += 1;
        for (const [name, slot] of slots) {
          const gradient = bounded.gradients.get(name);
          if (gradient !== undefined) adam(slot, gradient, schedule.rate, step);
        }
        counted = { answers: counted.answers + answers, batches: counted.batches + 1 };
        const found = stack([mul(loss, answers), right, bounded.norm]);
        dispose(right);
        return before === undefined ? found : add(before, found);
      });
      before?.dispose();
    },

    async sums() {
      if (figures === undefined) return NOTHING;
      const [asked, { answers, batches }] = [figures, counted];
      figures = undefined;
      counted = { answers: 0, batches: 0 };
      const [loss = Number.NaN, right = Number.NaN, norm = Number.NaN] = await wait(read(asked));
      asked.dispose();
      return { loss, right, answers, norm, batches };
    },

    async lesson(batch): Promise<Lesson> {
      const { loss, right, gradients } = tidy(() => {
        const { loss, right, gradients } = teach(batch, false);
        // What a tidy gives back may be nested in lists and plain objects, not in a Map.
        return { loss, right, gradients: [...gradients.values()] };
      });
      const names = [...slots.keys()];
      const values = await wait(Promise.all([loss, right, ...gradients].map(read)));
      dispose([loss, right, ...gradients]);
      const [[ofLoss = Number.NaN] = [], [ofRight = Number.NaN] = [], ...ofGradients] = values;
      return {
        loss: ofLoss,
        right: ofRight,
        gradients: new Map(
          names.map((name, k) => [name, asHeld(held(name), ofGradients[k] ?? new Float32Array())]),
        ),
      };
    },

    async outputs(questions) {
      checkQuestions(architecture, questions, limits);
      const answers = tidy(() => answersTo(questions, false));
      const values = await wait(read(answers));
      answers.dispose();
      return values;
    },

    async initial(seed) {
      const ours = initialWeights(architecture, seed, inputSizes);
      const all = [...variables].map(
        async ([name, of]) => [name, ours.get(name) ?? asHeld(of, await wait(read(of.variable)))] as const,
      );
      return new Map(await Promise.all(all));
    },

    restore(snapshot) {
      checkState(
        [...variables].map(([name, { shape, trained }]) => ({ name, shape, trained })),
        snapshot,
      );
      const { step: learnt, weights, moments } = snapshot;
      for (const [name, of] of variables) {
        write(of, of.variable, weights.get(name) ?? new Float32Array());
        const slot = slots.get(name);
        if (slot === undefined) continue;
        const zeros = new Float32Array(of.variable.size);
        write(of, slot.first, moments?.get(name)?.first ?? zeros);
        write(of, slot.second, moments?.get(name)?.second ?? zeros);
      }
      step = learnt;
      figures?.dispose();
      figures = undefined;
      counted = { answers: 0, batches: 0 };
    },

    async snapshot(): Promise<Required<Snapshot>> {
      const taken = step;
      // Asked for all at once, so that no batch can come between.
      const asked = [...variables].map(async ([name, of]) => {
        const numbers = (from: Variable | undefined) =>
          from === undefined ? undefined : read(from).then((values) => asHeld(of, values));
        const slot = slots.get(name);
        const [values, first, second] = await Promise.all([
          numbers(of.variable),
          numbers(slot?.first),
          numbers(slot?.second),
        ]);
        return { name, values, first, second };
      });
      const weights = new Map<string, Float32Array>();
      const moments = new Map<string, Moments>();
      for (const { name, values, first, second } of await wait(Promise.all(asked))) {
        if (values !== undefined) weights.set(name, values);
        if (first !== undefined && second !== undefined) moments.set(name, { first, second });
      }
      return { step: taken, weights, moments };
    },

    dispose() {
      figures?.dispose();
      figures = undefined;
      for (const { first, second } of slots.values()) dispose([first, second]);
      model.dispose();
    },
  };

  function held(name: string): Held {
    const found = variables.get(name);
    if (found === undefined) throw new Error(`the model has no variable ${name}`);
    return found;
  }
}

/** Checks all that stands before a layer of tfjs's own, which tfjs checks itself. */
function checkOurs(architecture: Architecture, limits: Limits): void {
  const plain = architecture.layers.findIndex(({ kind }) => kind === 'plain');
  if (plain < 0) checkModel(architecture, limits);
  // What comes before is no whole model: its last layer answers nothing.
  else if (plain > 0)
    checkModel({ ...architecture, layers: architecture.layers.slice(0, plain), loss: 'numbers' }, limits);
}
