import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  type KernelConfig,
  registerKernel,
  SplitV,
  type SplitVAttrs,
  type TensorInfo,
  type TypedArray,
  Unpack,
  type UnpackAttrs,
  unregisterKernel,
  util,
} from '@tensorflow/tfjs-core';

type Kernel = Parameters<KernelConfig['kernelFunc']>[0];

/** Cuts a tensor along an axis into pieces of these lengths. */
function cut(backend: BackendWasm, x: TensorInfo, axis: number, lengths: readonly number[]): TensorInfo[] {
  const pieces = lengths.map((length) =>
    backend.makeOutput(x.shape.with(axis, length), x.dtype as 'float32'),
  );
  const outer = util.sizeFromShape(x.shape.slice(0, axis));
  const inner = util.sizeFromShape(x.shape.slice(axis + 1));
  // Only now, because making room may move the heap.
  const from = onHeap(backend, x);
  const to = pieces.map((piece) => onHeap(backend, piece));
  let offset = 0;
  for (let block = 0; block < outer; block++)
    for (const [k, length] of lengths.entries()) {
      const size = length * inner;
      to[k]?.set(from.subarray(offset, offset + size), block * size);
      offset += size;
    }
  return pieces;
}

function onHeap(backend: BackendWasm, tensor: TensorInfo): TypedArray {
  return backend.typedArrayFromHeap(tensor);
}

function unpack({ inputs, attrs, backend }: Kernel): TensorInfo[] {
  const { value } = inputs;
  if (value === undefined) throw new Error('Unpack was called without a value');
  const [axis = 0] = util.parseAxisParam((attrs as unknown as UnpackAttrs).axis, value.shape);
  const lengths = new Array<number>(value.shape[axis] ?? 0).fill(1);
  const shape = value.shape.toSpliced(axis, 1);
  return cut(backend as BackendWasm, value, axis, lengths).map((piece) => ({ ...piece, shape }));
}

function splitV({ inputs, attrs, backend }: Kernel): TensorInfo[] {
  const { x } = inputs;
  if (x === undefined) throw new Error('SplitV was called without a value');
  const { axis: given, numOrSizeSplits } = attrs as unknown as SplitVAttrs;
  const [axis = 0] = util.parseAxisParam(given, x.shape);
  const whole = x.shape[axis] ?? 0;
  const lengths = Array.isArray(numOrSizeSplits)
    ? numOrSizeSplits
    : new Array<number>(numOrSizeSplits).fill(whole / numOrSizeSplits);
  return cut(backend as BackendWasm, x, axis, lengths);
}

/**
 * Puts linear kernels in the place of tfjs's own: those read the whole tensor anew for every slice, so that cutting a
 * sequence into its steps takes time quadratic in the steps (a quarter of a batch at 80). To be called once, after
 * the backend's module is loaded.
 */
export function mendSlices(): void {
  for (const [kernelName, kernelFunc] of [
    [Unpack, unpack],
    [SplitV, splitV],
  ] as const) {
    unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
