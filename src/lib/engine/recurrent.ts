import { serialization, type Tensor, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, layers, type Shape } from '@tensorflow/tfjs-layers';
import { parse } from '../equations/parse.ts';
import { type LayerOptions, single } from './layer.ts';
import { plan } from './plan/forward-plan.ts';
import { unroll } from './unroll.ts';

export type RecurrentOptions = LayerOptions & {
  /** The cell, as its equations. */
  readonly equations: string;
  readonly units: number;
};

/**
 * Any cell as a layer: [batch, steps, input] to its output after the last step, [batch, units]. The input's mask
 * [batch, steps] carries the states over padding. Weights start at zero; `variables` has them by name.
 */
export class Recurrent extends layers.Layer {
  static readonly className = 'Recurrent';
  readonly variables = new Map<string, LayerVariable>();
  readonly #plan;
  readonly #options: Pick<RecurrentOptions, 'equations' | 'units'>;

  constructor(options: RecurrentOptions) {
    super(options);
    this.#options = { equations: options.equations, units: options.units };
    this.#plan = plan(parse(options.equations));
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, , input] = inputShape as Shape;
    if (typeof input !== 'number')
      throw new Error(`a recurrent layer needs the size of its input, but its shape is [${inputShape}]`);
    const sizes = { input, units: this.#options.units };
    for (const { name, shape } of this.#plan.graph.parameters) {
      const numbers = shape.map((size) => sizes[size]);
      this.variables.set(name, this.addWeight(name, numbers, 'float32', initializers.zeros()));
    }
    this.built = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    const [batch = null] = shape as Shape;
    return [batch, this.#options.units];
  }

  override call(inputs: Tensor | Tensor[], { mask }: { readonly mask?: Tensor }): Tensor {
    return tidy(() => {
      const weights = new Map([...this.variables].map(([name, variable]) => [name, variable.read()]));
      return unroll(this.#plan, this.#options.units, weights, single(inputs) as Tensor3D, mask?.dataSync());
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(Recurrent);
