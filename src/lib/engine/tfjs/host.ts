import { type Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Held } from './model.ts';

/** Numbers between the host, row-major as the architecture has them, and tfjs, which holds some the other way round. */
export function write({ shape, transposed }: Held, to: Variable, values: Float32Array): void {
  tidy(() => to.assign(tensor(transposed ? flip(values, shape) : values, to.shape)));
}

/** What was read of a tensor that is laid out as its variable is. */
export function asHeld({ shape, transposed }: Held, values: Float32Array): Float32Array {
  return transposed ? flip(values, shape.toReversed()) : values;
}

/** Waits for a tensor's numbers; they are a copy. */
export async function read(tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** A matrix's transpose. @param shape [rows, columns] of what is given */
function flip(values: Float32Array, [rows = 1, columns = 1]: readonly number[]): Float32Array {
  return Float32Array.from(
    { length: rows * columns },
    (_, k) => values[(k % rows) * columns + Math.floor(k / rows)] ?? Number.NaN,
  );
}
