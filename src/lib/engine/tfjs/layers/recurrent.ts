import { concat, serialization, type Tensor, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, layers, type Shape } from '@tensorflow/tfjs-layers';
import { parse } from '../../../equations/parse.ts';
import { cellsOf, type RecurrentLayer } from '../../architecture.ts';
import { plan } from '../../plan/forward-plan.ts';
import { KEEP, withLoopDropout } from '../../reference/loop-dropout.ts';
import { unroll } from '../unroll.ts';
import { type Clock, STILL } from './clock.ts';
import { factors } from './dropout.ts';
import { type Circumstances, type LayerOptions, single, widthOf } from './layer.ts';

type Described = Pick<RecurrentLayer, 'equations' | 'units' | 'direction' | 'sequences' | 'recurrentDropout'>;
export type RecurrentOptions = LayerOptions &
  Described & {
    /** The layer's place in its model. */
    readonly place: number;
    readonly clock?: Clock;
  };

/**
 * Any cell as a layer: [batch, steps, input] to its output after the last step, [batch, size], or after every step,
 * [batch, steps, size]. The input's mask carries the states over padding. Weights start at zero.
 */
export class Recurrent extends layers.Layer {
  static readonly className = 'Recurrent';
  /** By the cell's parameters, in both directions by `forward.Wf` and `backward.Wf`. */
  readonly variables = new Map<string, LayerVariable>();
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
        this.variables.set(
          prefix + name,
          this.addWeight(prefix + name, numbers, 'float32', initializers.zeros()),
        );
      }
    this.built = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    const [batch = null, steps = null] = shape as Shape;
    const size = this.#options.units * this.#cells.length;
    return this.#options.sequences ? [batch, steps, size] : [batch, size];
  }

  override call(inputs: Tensor | Tensor[], { mask, training }: Circumstances): Tensor {
    return tidy(() => {
      const x = single(inputs) as Tensor3D;
      const [batch, , input] = x.shape;
      const { units, sequences, recurrentDropout: rate, place } = this.#options;
      const dropping = training === true && rate > 0;
      const planned = plan(dropping ? withLoopDropout(this.#graph) : this.#graph);
      const counts = mask?.dataSync();
      const outputs = this.#cells.map(({ prefix, direction }, k) => {
        const weights = new Map<string, Tensor>(
          [...this.variables]
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, variable]) => [name.slice(prefix.length), variable.read()]),
        );
        if (dropping)
          for (const [name, size] of [
            [KEEP.units, units],
            [KEEP.input, input],
          ] as const)
            weights.set(name, factors([batch, size], rate, place + 1000 * (k + 1), this.#clock));
        return unroll(planned, units, weights, x, {
          mask: counts,
          backward: direction === 'backward',
          sequences,
        });
      });
      return outputs.length === 1 ? (outputs[0] as Tensor) : concat(outputs, -1);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(Recurrent);
