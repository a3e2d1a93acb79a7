import {
  add,
  concat,
  matMul,
  pad,
  relu,
  reshape,
  serialization,
  sigmoid,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { initializers, layers, type Shape } from '@tensorflow/tfjs-layers';
import type { Activation, ConvolutionLayer } from '../../architecture.ts';
import { type LayerOptions, single, widthOf } from './layer.ts';

type Described = Pick<ConvolutionLayer, 'filters' | 'width' | 'padding' | 'activation'>;

const ACTIVATIONS: Readonly<Record<Activation, (a: Tensor) => Tensor>> = {
  linear: (a) => a,
  relu,
  tanh,
  sigmoid,
};

/**
 * A convolution over steps, [batch, steps, size] to [batch, steps′, filters], as one matrix product of what each step
 * reads laid side by side. tfjs's own has no gradient on its WASM backend (Conv2DBackpropFilter).
 */
export class Convolution extends layers.Layer {
  static readonly className = 'StepConvolution';
  readonly #options: Described;

  constructor(options: LayerOptions & Described) {
    super(options);
    const { filters, width, padding, activation } = options;
    this.#options = { filters, width, padding, activation };
    this.supportsMasking = true;
  }

  override build(inputShape: Shape | Shape[]): void {
    const { filters, width } = this.#options;
    const input = widthOf(this.name, inputShape);
    this.addWeight('kernel', [width, input, filters], 'float32', initializers.zeros());
    this.addWeight('bias', [filters], 'float32', initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(shape: Shape | Shape[]): Shape {
    const [batch = null, steps = null] = shape as Shape;
    const { filters, width, padding } = this.#options;
    return [batch, steps === null || padding === 'same' ? steps : steps - width + 1, filters];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const { filters, width, padding, activation } = this.#options;
      const [kernel, bias] = this.weights;
      if (kernel === undefined || bias === undefined)
        throw new Error('the convolution was called before it was built');
      const given = single(inputs) as Tensor3D;
      const before = Math.floor((width - 1) / 2);
      const x =
        padding === 'same'
          ? pad(given, [
              [0, 0],
              [before, width - 1 - before],
              [0, 0],
            ])
          : given;
      const [batch, read, size] = x.shape;
      const steps = read - width + 1;
      if (steps < 1)
        throw new Error(
          `${this.name}: a valid convolution of width ${width} over ${read} steps leaves none; give it at least ${width}.`,
        );
      const sideBySide = concat(
        Array.from({ length: width }, (_, k) => slice(x, [0, k, 0], [batch, steps, size])),
        2,
      );
      const rows = reshape(sideBySide, [batch * steps, width * size]) as Tensor2D;
      const sums = add(matMul(rows, reshape(kernel.read(), [width * size, filters])), bias.read());
      return reshape(ACTIVATIONS[activation](sums), [batch, steps, filters]);
    });
  }

  /**
   * All steps count from here on. Where a mask came in, ones say so: tfjs's executor would hand the old one on to the
   * layers that follow.
   */
  override computeMask(inputs: Tensor | Tensor[], mask?: Tensor | Tensor[]): Tensor | Tensor[] {
    const [before] = [mask].flat();
    if (!before) return super.computeMask(inputs, mask);
    const { width, padding } = this.#options;
    const [batch = 0, read = 0] = before.shape;
    const steps = padding === 'same' ? read : read - width + 1;
    return tensor(new Uint8Array(batch * steps).fill(1), [batch, steps], 'bool');
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
serialization.registerClass(Convolution);
