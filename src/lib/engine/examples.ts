/** A batch, on the host: what goes into a model, and what should come out. */
export interface Examples {
  /** Examples in it. */
  readonly size: number;
  /** Steps of each. */
  readonly tokens: number;
  /** Of a model that reads words: [size, tokens] row-major, 0 where a step is padding. */
  readonly ids?: Int32Array;
  /** Of a model that reads vectors: [size, tokens, input] row-major. */
  readonly vectors?: Float32Array;
  /**
   * What should come out, one entry an example, or one a step ([size, tokens]) where the model answers at every step:
   * 0 or 1 for a verdict, a class's number, or the numbers themselves ([.., outputs]).
   */
  readonly labels: Float32Array;
  /** Of a model that answers at every step: 1 where a step counts, [size, tokens]. Without it all but padding do. */
  readonly counted?: Float32Array;
}

/** What is asked of a model, without what should come out. */
export type Questions = Pick<Examples, 'ids' | 'vectors' | 'size' | 'tokens'>;
