import {
  customGrad,
  gather,
  serialization,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';
import { PAD } from '../imdb/format.ts';
import { type LayerOptions, single } from './layer.ts';
import { sumRows } from './sum-rows.ts';

export type EmbeddingOptions = LayerOptions & {
  /** Rows of the table. */
  readonly vocabulary: number;
  /** Width of a row. */
  readonly size: number;
};

/**
 * Word vectors: ids [batch, steps] to [batch, steps, size], with a sparse gradient. Id 0 is padding: it is masked,
 * and its row is never trained.
 */
export class Embedding extends layers.Layer {
  static readonly className = 'SparseEmbedding';
  readonly #vocabulary: number;
  readonly #size: number;

  constructor(options: EmbeddingOptions) {
    super(options);
    this.#vocabulary = options.vocabulary;
    this.#size = options.size;
    this.supportsMasking = true;
  }

  override build(): void {
    this.addWeight('table', [this.#vocabulary, this.#size], 'float32', initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    return [...(shape as Shape), this.#size];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const ids = single(inputs);
      // A copy for the backend: what a WebGL texture has taken is no longer on the host, and reading it back stalls.
      const host = ids.dataSync();
      const indices = tensor(host, ids.shape, 'int32');
      const lookUp = customGrad((table) => ({
        value: gather(table as Tensor2D, indices),
        gradFunc: (dy: Tensor) => sumRows(dy, host, this.#vocabulary),
      }));
      const [table] = this.weights;
      if (table === undefined) throw new Error('the embedding was called before it was built');
      return lookUp(table.read());
    });
  }

  /** 1 where a step is a word; made on the host, where the recurrent layer reads it. */
  override computeMask(inputs: Tensor | Tensor[]): Tensor {
    const ids = single(inputs);
    return tensor(
      Uint8Array.from(ids.dataSync(), (id) => (id === PAD ? 0 : 1)),
      ids.shape,
      'bool',
    );
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), vocabulary: this.#vocabulary, size: this.#size };
  }
}
serialization.registerClass(Embedding);
