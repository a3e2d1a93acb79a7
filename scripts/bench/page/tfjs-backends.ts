import * as tf from '@tensorflow/tfjs';
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { inPairs } from '../../../src/lib/engine/tfjs/sum-rows.ts';
import type { BuildContestant } from './contestant.ts';
import { buildLayers } from './tfjs-layers.ts';

async function use(backend: 'webgl' | 'wasm'): Promise<void> {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} backend in this browser`);
}

/** tfjs on WebGL as it comes. */
export const onWebgl: BuildContestant = async (of) => {
  await use('webgl');
  return buildLayers(of);
};

/**
 * The same with the gradient of the embedding mended. tfjs sums a word's gradients by comparing every row with every
 * word of the vocabulary; here rows with the same id are added in pairs, so that time grows with the rows alone.
 */
export const onWebglSparse: BuildContestant = async (of) => {
  const model = await onWebgl(of);
  // The ids as they were handed over: reading them back from the device would wait for it.
  let present: Int32Array = new Int32Array();
  tf.unregisterGradient(tf.GatherV2);
  tf.registerGradient({
    kernelName: tf.GatherV2,
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [table, ids]) => ({
      x: () =>
        inPairs(
          tf.reshape(dy as tf.Tensor, [present.length, of.embedding]),
          present,
          table?.shape[0] ?? of.vocabulary,
          undefined,
        ),
      indices: () => tf.zerosLike(ids as tf.Tensor),
    }),
  });
  return {
    learn(batch) {
      present = batch.ids ?? present;
      return model.learn(batch);
    },
    settle: () => model.settle(),
  };
};

/** tfjs on WebAssembly, with the one kernel supplied that it lacks for training an embedding. */
export const onWasm: BuildContestant = async (of) => {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  await use('wasm');
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs;
      if (x === undefined || segmentIds === undefined)
        throw new Error('UnsortedSegmentSum was called without x or segmentIds');
      const wasm = backend as BackendWasm;
      const width = tf.util.sizeFromShape(x.shape.slice(1));
      const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs;
      const sums = wasm.makeOutput([numSegments, ...x.shape.slice(1)], 'float32');
      const [rows, ids, into] = [x, segmentIds, sums].map((tensor) => wasm.typedArrayFromHeap(tensor));
      into?.fill(0);
      for (const [row, id] of ids?.entries() ?? [])
        for (let k = 0; k < width; k++) {
          const to = id * width + k;
          if (into !== undefined) into[to] = (into[to] ?? 0) + (rows?.[row * width + k] ?? 0);
        }
      return sums;
    },
  });
  return buildLayers(of);
};
