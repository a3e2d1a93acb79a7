import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers, Shape } from '@tensorflow/tfjs-layers';

/** What every tfjs layer may be given: its name, the shape of its input. */
export type LayerOptions = ConstructorParameters<typeof layers.Layer>[0];

/** What a layer is called with beside its input. */
export interface Circumstances {
  readonly training?: boolean;
  /** [batch, steps]: 1 where a step counts, 0 where it is padding. */
  readonly mask?: Tensor;
}

/** A layer's one input: Keras's calling convention lets it come alone or in a list. */
export function single<Value>(inputs: Value | Value[]): Value {
  const [first] = Array.isArray(inputs) ? inputs : [inputs];
  if (first === undefined) throw new Error('the layer was called without an input');
  return first;
}

/** The width of a sequence's steps, as a layer is built for it. @throws Error where the shape leaves it open */
export function widthOf(name: string, shape: Shape | Shape[]): number {
  const width = (shape as Shape).at(-1);
  if (typeof width !== 'number')
    throw new Error(
      `${name} needs the size of its input, but its shape is [${shape}]. Give the input a size.`,
    );
  return width;
}
