import type { Rounding } from '../equations/numbers.ts';
import { type Architecture, countOf, type Layer, variablesOf } from './architecture.ts';
import type { Examples } from './examples.ts';
import type { Activity, Pass, Passed, Scene } from './reference/activity.ts';
import { passConvolution } from './reference/convolution.ts';
import { passDense } from './reference/dense.ts';
import { passDropout } from './reference/dropout.ts';
import { passEmbedding } from './reference/embedding.ts';
import { LOSSES } from './reference/loss.ts';
import { passPooling } from './reference/pooling.ts';
import { passRecurrent } from './reference/recurrent.ts';

/** What a batch teaches, in float64. */
export interface Known {
  /** Mean over the answers that count; 0 where none does. */
  readonly loss: number;
  readonly right: number;
  /** How many answers count: examples, or steps where the model answers at every step. */
  readonly answers: number;
  /** By name, of every trained variable; zeros for what reaches no loss. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
  /** What the last layer gives: [size, outputs] or [size, steps, outputs]. */
  readonly outputs: Float64Array;
}

interface KnownOptions {
  /** The seed and the batch's number that dropout follows from; without it nothing is dropped. */
  readonly dropout?: { readonly seed: number; readonly step: number } | undefined;
  /** What becomes of each value of a cell once it is computed: a machine of fewer digits rounds. */
  readonly rounded?: Rounding | undefined;
}

/**
 * What a batch's loss and gradients must be: a whole model in float64, layer by layer and example by example, its
 * cells through the `numbers` and `gradient` meanings. Every engine is held against it, and it is held against PyTorch
 * and Keras (`scripts/reference/models.py`).
 *
 * @param weights every variable by name (`variablesOf`), row-major
 * @throws Error for a layer that only tfjs has, a variable that is missing or of the wrong size, and a batch that
 * doesn't fit the model
 */
export function knownLesson(
  architecture: Architecture,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  examples: Examples,
  options: KnownOptions = {},
): Known {
  const trained = variablesOf(architecture).filter((variable) => variable.trained);
  const gradients = new Map(
    trained.map(({ name, shape }) => [name, new Float64Array(shape.reduce((a, b) => a * b, 1))]),
  );
  const passed = passAll(architecture, weights, examples, options, gradients);
  const answers = answersOf(passed);
  const { towards, ...judged } = judge(architecture.loss, answers, examples);
  passed.reduceRight<Float64Array>((adjoint, { back }) => back(adjoint), towards);
  return { ...judged, gradients, outputs: answers.values };
}

/** What a model gives, without dropout. @throws Error as `knownLesson` */
export function knownOutputs(
  architecture: Architecture,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  questions: Omit<Examples, 'labels'>,
): Float64Array {
  return answersOf(passAll(architecture, weights, questions, {}, new Map())).values;
}

/** A batch's way through every layer. @param gradients what the way back adds to */
function passAll(
  architecture: Architecture,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  questions: Omit<Examples, 'labels'>,
  { dropout, rounded }: KnownOptions,
  gradients: ReadonlyMap<string, Float64Array>,
): readonly Passed[] {
  const variables = new Map(
    variablesOf(architecture).map(({ name, shape }) => [name, take(name, shape, weights.get(name))]),
  );
  const scene: Omit<Scene, 'place'> = {
    weight: (name) => found(name, variables),
    addTo: (name, offset, values) => {
      const sums = found(name, gradients);
      for (let k = 0; k < values.length; k++)
        sums[offset + k] = (sums[offset + k] ?? Number.NaN) + (values[k] as number);
    },
    dropout,
    rounded,
  };
  const passed: Passed[] = [];
  let value = inputOf(architecture, questions);
  for (const [place, layer] of architecture.layers.entries()) {
    const pass = passLayer(layer, value, { ...scene, place });
    passed.push(pass);
    value = pass.output;
  }
  return passed;
}

function answersOf(passed: readonly Passed[]): Activity {
  const last = passed.at(-1);
  if (last === undefined) throw new Error('the model has no layers; give it one at least.');
  return last.output;
}

const PASSES: { readonly [Kind in Layer['kind']]: Pass<Layer & { readonly kind: Kind }> } = {
  embedding: passEmbedding,
  dropout: passDropout,
  recurrent: passRecurrent,
  convolution: passConvolution,
  pooling: passPooling,
  dense: passDense,
  plain: ({ name, className }) => {
    throw new Error(`${name}: nothing is known of tfjs's layer ${className} but what tfjs computes.`);
  },
};

function passLayer(layer: Layer, input: Activity, scene: Scene): Passed {
  // The table's type ties each kind to its own layer; TypeScript cannot follow that tie through a lookup.
  return (PASSES[layer.kind] as Pass<Layer>)(layer, input, scene);
}

function inputOf(
  { input }: Architecture,
  { ids, vectors, size, tokens }: Omit<Examples, 'labels'>,
): Activity {
  const features = input === 'ids' ? 1 : input;
  const given = input === 'ids' ? ids : vectors;
  if (given?.length !== size * tokens * features)
    throw new Error(
      `the batch has ${given?.length ?? 'no'} ${input === 'ids' ? 'ids' : 'numbers'}, expected ${size} x ${tokens} x ${features}.`,
    );
  return { size, steps: tokens, features, sequence: true, values: Float64Array.from(given), mask: undefined };
}

/** The loss over the answers that count, and dL/d(each). */
function judge(loss: Architecture['loss'], answers: Activity, { labels, counted }: Examples) {
  const { size, steps, features, mask, values } = answers;
  const each = loss === 'numbers' ? features : 1;
  if (labels.length !== size * steps * each)
    throw new Error(
      `the batch has ${labels.length} labels, expected ${size} x ${steps} x ${each}, one for each answer.`,
    );
  if (loss === 'verdict' && features !== 1)
    throw new Error(`the last layer gives ${features} numbers; a verdict is one logit.`);
  const counts = (place: number): boolean =>
    counted !== undefined && answers.sequence ? counted[place] !== 0 : mask?.[place] !== false;
  const places = Array.from({ length: size * steps }, (_, place) => place).filter(counts);

  const towards = new Float64Array(values.length);
  let total = 0;
  let right = 0;
  for (const place of places) {
    const judged = LOSSES[loss](
      values.subarray(place * features, (place + 1) * features),
      labels.subarray(place * each, (place + 1) * each),
    );
    total += judged.loss;
    right += judged.right ? 1 : 0;
    towards.set(
      Float64Array.from(judged.towards, (value) => value / places.length),
      place * features,
    );
  }
  return { loss: places.length === 0 ? 0 : total / places.length, right, answers: places.length, towards };
}

function found(name: string, variables: ReadonlyMap<string, Float64Array>): Float64Array {
  const numbers = variables.get(name);
  if (numbers === undefined) throw new Error(`the model has no variable ${name}`);
  return numbers;
}

function take(name: string, shape: readonly number[], numbers: ArrayLike<number> | undefined): Float64Array {
  const expected = countOf({ shape });
  if (numbers?.length !== expected)
    throw new Error(
      `${name} has ${numbers?.length ?? 'no'} numbers, expected ${expected} ([${shape}]). Do these weights belong to this model?`,
    );
  return Float64Array.from(numbers);
}
