import {
  getKernel,
  type KernelBackend,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
  type TypedArray,
} from '@tensorflow/tfjs-core';
import { RECURRENT, RECURRENT_GRADIENT, type RecurrentAttributes } from './operation.ts';

/** What the operation is asked for, but for the numbers. */
export interface Shaped extends RecurrentAttributes {
  readonly batch: number;
  readonly steps: number;
  readonly input: number;
}

/** A batch as the host has it. */
export interface Call extends Shaped {
  /** [batch, steps, input], row-major. */
  readonly x: TypedArray;
  /** As the operation has them, row-major. */
  readonly weights: readonly TypedArray[];
}

/** Something that works a recurrent layer out on arrays. */
interface OnHost {
  /** [batch, size] or [batch, steps, size]. */
  readonly forward: (call: Call) => Float32Array;
  /** dL/dx, and dL/d(each weight), from dL/d(output). */
  readonly backward: (call: Call, towards: TypedArray) => readonly Float32Array[];
}

type Kernel = Parameters<KernelConfig['kernelFunc']>[0];

/** Registers the operation and its gradient on a backend whose numbers the host can read for the cost of a copy. */
export function registerOnHost(backendName: string, { forward, backward }: OnHost): void {
  register(RECURRENT, backendName, ({ inputs, attrs, backend }) => {
    const [x, ...weights] = Object.values(inputs) as TensorInfo[];
    const call = callOf(backend as KernelBackend, x, weights, attrs);
    return give(backend as KernelBackend, forward(call), outputShape(call));
  });
  register(RECURRENT_GRADIENT, backendName, ({ inputs, attrs, backend }) => {
    const [dy, x, ...weights] = Object.values(inputs) as TensorInfo[];
    const call = callOf(backend as KernelBackend, x, weights, attrs);
    const gradients = backward(call, numbers(backend as KernelBackend, dy));
    const shapes = [x, ...weights].map((of) => of?.shape ?? []);
    return gradients.map((gradient, k) => give(backend as KernelBackend, gradient, shapes[k] ?? []));
  });
}

/** tfjs warns where a kernel is registered twice; the first one stays. */
export function register(
  kernelName: string,
  backendName: string,
  kernelFunc: KernelConfig['kernelFunc'],
): void {
  if (getKernel(kernelName, backendName) === undefined)
    registerKernel({ kernelName, backendName, kernelFunc });
}

export function outputShape({ layer, batch, steps }: Shaped): number[] {
  const size = layer.units * (layer.direction === 'both' ? 2 : 1);
  return layer.sequences ? [batch, steps, size] : [batch, size];
}

function callOf(
  backend: KernelBackend,
  x: TensorInfo | undefined,
  weights: readonly TensorInfo[],
  attrs: Kernel['attrs'],
): Call {
  const [batch = 0, steps = 0, input = 0] = x?.shape ?? [];
  return {
    ...(attrs as unknown as RecurrentAttributes),
    batch,
    steps,
    input,
    x: numbers(backend, x),
    weights: weights.map((weight) => numbers(backend, weight)),
  };
}

function numbers(backend: KernelBackend, tensor: TensorInfo | undefined): TypedArray {
  if (tensor === undefined) throw new Error('the recurrent operation was called without a tensor it needs');
  return backend.readSync(tensor.dataId) as TypedArray;
}

function give(backend: KernelBackend, values: Float32Array, shape: number[]): TensorInfo {
  return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
}
