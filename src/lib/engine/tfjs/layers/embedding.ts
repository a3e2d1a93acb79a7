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
import { PAD } from '../../../imdb/format.ts';
import { sumRows } from '../sum-rows.ts';
import { type LayerOptions, single } from './layer.ts';

type EmbeddingOptions = LayerOptions & {
  /** Rows of the table. */
  readonly vocabulary: number;
  /** Width of a row. */
  readonly size: number;
  /** Whether id 0 is padding: then it is masked, and its row never trained. */
  readonly masked: boolean;
};

/** Word vectors: ids [batch, steps] to [batch, steps, size], with a sparse gradient. */
export class Embedding extends layers.Layer {
  static readonly className = 'SparseEmbedding';
  readonly #options: Pick<EmbeddingOptions, 'vocabulary' | 'size' | 'masked'>;

  constructor(options: EmbeddingOptions) {
    super(options);
    const { vocabulary, size, masked } = options;
    this.#options = { vocabulary, size, masked };
    this.supportsMasking = masked;
  }

  override build(): void {
    const { vocabulary, size } = this.#options;
    this.addWeight('table', [vocabulary, size], 'float32', initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    return [...(shape as Shape), this.#options.size];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const ids = single(inputs);
      const { vocabulary, masked } = this.#options;
      // A copy for the backend: what a WebGL texture has taken is no longer on the host, and reading it back stalls.
      const host = ids.dataSync();
      const indices = tensor(host, ids.shape, 'int32');
      const lookUp = customGrad((table) => ({
        value: gather(table as Tensor2D, indices),
        gradFunc: (dy: Tensor) => sumRows(dy, host, vocabulary, masked ? PAD : undefined),
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
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(Embedding);
