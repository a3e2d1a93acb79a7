import type { layers } from '@tensorflow/tfjs-layers';

/** What every tfjs layer may be given: its name, the shape of its input. */
export type LayerOptions = ConstructorParameters<typeof layers.Layer>[0];

/** A layer's one input: Keras's calling convention lets it come alone or in a list. */
export function single<Value>(inputs: Value | Value[]): Value {
  const [first] = Array.isArray(inputs) ? inputs : [inputs];
  if (first === undefined) throw new Error('the layer was called without an input');
  return first;
}
