import { serialization, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';
import { parse } from '../../../equations/parse.ts';
import { cellsOf, type RecurrentLayer } from '../../architecture.ts';
import { recurrent } from '../recurrent/operation.ts';
import { type Clock, STILL } from './clock.ts';
import { type Circumstances, type LayerOptions, single, widthOf } from './layer.ts';

type Described = Pick<RecurrentLayer, 'equations' | 'units' | 'direction' | 'sequences' | 'recurrentDropout'>;
type RecurrentOptions = LayerOptions &
  Described & {
    /** The layer's place in its model. */
    readonly place: number;
    readonly clock?: Clock;
  };

/**
 * Any cell as a layer: [batch, steps, input] to its output after the last step, [batch, size], or after every step,
 * [batch, steps, size]. The input's mask carries the states over padding. Weights start at zero; they are called as the
 * cell's parameters, in both directions `forward.Wf` and `backward.Wf`.
 */
export class Recurrent extends layers.Layer {
  static readonly className = 'Recurrent';
  readonly #graph;
  readonly #options: Described & Pick<RecurrentOptions, 'place'>;
  readonly #clock: Clock;

  constructor(options: RecurrentOptions) {
    super(options);
    const { equations, units, direction, sequences, recurrentDropout, place, clock = STILL } = options;
    this.#options = { equations, units, direction, sequences, recurrentDropout, place };
    this.#clock = clock;
    this.#graph = parse(equations);
    this.supportsMasking = sequences;
  }

  /** Its cells, their variables' names without the layer's. */
  get #cells() {
    return cellsOf({ ...this.#options, name: '', kind: 'recurrent', starts: [] }).map((cell) => ({
      ...cell,
      prefix: cell.prefix.slice(1),
    }));
  }

  override build(inputShape: Shape | Shape[]): void {
    const sizes = { input: widthOf(this.name, inputShape), units: this.#options.units };
    for (const { prefix } of this.#cells)
      for (const { name, shape } of this.#graph.parameters) {
        const numbers = shape.map((size) => sizes[size]);
        this.addWeight(prefix + name, numbers, 'float32', initializers.zeros());
      }
    this.built = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    const [batch = null, steps = null] = shape as Shape;
    const size = this.#options.units * this.#cells.length;
    return this.#options.sequences ? [batch, steps, size] : [batch, size];
  }

  override call(inputs: Tensor | Tensor[], { mask, training }: Circumstances): Tensor {
    const { place, ...layer } = this.#options;
    return recurrent(
      single(inputs) as Tensor3D,
      this.weights.map((variable) => variable.read()),
      {
        layer: { ...layer, kind: 'recurrent' },
        place,
        mask: mask?.dataSync(),
        chance: training === true && layer.recurrentDropout > 0 ? { ...this.#clock } : undefined,
      },
    );
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(Recurrent);
