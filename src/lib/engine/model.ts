import type { Configuration } from './configuration.ts';
import type { Weights } from './learner.ts';

/**
 * A trained model as plain arrays: what the engine gives back, the stage opens, a checkpoint stores
 * and an export writes. Arrays are row-major; a matrix [rows, columns] multiplies from the left, y = W x.
 */
export interface TrainedModel {
  /** The cell's equations. */
  readonly equations: string;
  readonly sizes: { readonly input: number; readonly units: number };
  /** Parameters of the cell by the name they have in the equations. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Word vectors, [vocabulary, input]. Row 0 is padding. */
  readonly embedding: Float32Array;
  readonly vocabulary: number;
  /** How many of a review's last tokens it was trained on. */
  readonly tokens: number;
  /** The verdict's log-odds: weights [units] times the last output, plus bias. */
  readonly head: { readonly weights: Float32Array; readonly bias: number };
}

/**
 * The model that a run's weights make.
 *
 * @param weights by variable name, as `architectureOf` names them
 * @throws Error where one is missing
 */
export function modelOf(
  { equations, embedding: input, units, vocabulary, tokens }: Configuration,
  weights: Weights,
): TrainedModel {
  const of = (name: string): Float32Array => {
    const values = weights.get(name);
    if (values === undefined)
      throw new Error(
        `There is no ${name} among these weights; they are ${[...weights.keys()].join(', ')}. Do they belong to this model?`,
      );
    return values;
  };
  const [bias = 0] = of('head.bias');
  return {
    equations,
    sizes: { input, units },
    parameters: new Map(
      [...weights]
        .filter(([name]) => name.startsWith(CELL))
        .map(([name, values]) => [name.slice(CELL.length), values]),
    ),
    embedding: of('embedding.table'),
    vocabulary,
    tokens,
    head: { weights: of('head.weights'), bias },
  };
}

/** What the names of a cell's parameters begin with among a model's variables. */
const CELL = 'cell.';
