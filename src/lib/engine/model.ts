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
