import type { Architecture } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { BuildLearner, Learner } from '../learner.ts';
import { type Known, knownLesson } from '../reference.ts';
import { relativeError } from '../relative-error.ts';

/** A model on one batch. */
export interface Question {
  readonly architecture: Architecture;
  readonly weights: ReadonlyMap<string, ArrayLike<number>>;
  readonly examples: Examples;
  /** Where dropout comes from; nothing is dropped without it. */
  readonly dropout?: { readonly seed: number; readonly step: number } | undefined;
}

/**
 * What a learner makes of a question beside what is known. Errors are relative to the largest number expected; a loss
 * of NaN that has to be one is right.
 */
export interface Holding {
  readonly loss: number;
  /** How many more answers it found right than there are; 0 unless rounding turned one. */
  readonly right: number;
  readonly outputs: number;
  /** By trained variable. */
  readonly gradients: ReadonlyMap<string, number>;
}

/** As an engine has them. */
export function inFloat32(weights: Question['weights']): Map<string, Float32Array> {
  return new Map([...weights].map(([name, values]) => [name, Float32Array.from(values)]));
}

/** What is known of a question, its weights rounded as an engine has them. */
export function answerOf({ architecture, weights, examples, dropout }: Question): Known {
  return knownLesson(architecture, inFloat32(weights), examples, dropout === undefined ? {} : { dropout });
}

/**
 * Holds an engine against what is known: loss, answers and gradients of one batch. Where something is dropped, by
 * learning from the batch once: after the first step Adam's first moment is a tenth of the gradient.
 *
 * @param known `answerOf` the question, where it is there already
 */
export async function hold(
  build: BuildLearner,
  question: Question,
  known: Known = answerOf(question),
): Promise<Holding> {
  const { architecture, examples, dropout } = question;
  const weights = inFloat32(question.weights);
  const learner = await build(
    architecture,
    { rate: 1e-3, clip: Number.POSITIVE_INFINITY, seed: dropout?.seed ?? 0 },
    { size: examples.size, tokens: examples.tokens },
  );
  try {
    learner.restore({ step: dropout?.step ?? 0, weights });
    const { loss, right, gradients } =
      dropout === undefined ? await learner.lesson(examples) : await learnt(learner, examples);
    const outputs = dropout === undefined ? await learner.outputs(examples) : undefined;
    return {
      loss: Object.is(loss, known.loss) ? 0 : relativeError([loss], [known.loss]),
      right: right - known.right,
      outputs: outputs === undefined ? 0 : relativeError(outputs, known.outputs),
      gradients: new Map(
        [...known.gradients].map(([name, expected]) => [
          name,
          relativeError(gradients.get(name) ?? [], expected),
        ]),
      ),
    };
  } finally {
    learner.dispose();
  }
}

async function learnt(learner: Learner, examples: Examples) {
  await learner.learn(examples);
  const { loss, right, answers } = await learner.sums();
  const { moments } = await learner.snapshot();
  return {
    loss: loss / answers,
    right,
    gradients: new Map([...moments].map(([name, { first }]) => [name, first.map((value) => 10 * value)])),
  };
}
