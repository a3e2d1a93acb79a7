import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { backend, matMul, ready, setBackend, tensor2d } from '@tensorflow/tfjs-core';
import type { Learner, Limits } from '../../../src/lib/engine/learner.ts';
import { relativeError } from '../../../src/lib/engine/relative-error.ts';
import { madeUpExamples, madeUpWeights } from '../../../src/lib/engine/testing/made-up.ts';
import { Device, deviceOn } from '../../../src/lib/engine/webgl/device.ts';
import { buildWebglLearner } from '../../../src/lib/engine/webgl/learner.ts';
import { startWebgl } from '../../../src/lib/engine/webgl/start.ts';
import { loseContexts } from './calls.ts';
import { build } from './lessons.ts';
import { classifier } from './models.ts';

/** A browser that lacks something: what stands in for one of its methods. */
type Lacking = readonly [
  of: object,
  method: string,
  instead: (own: (...given: unknown[]) => unknown) => unknown,
];

const OLD: Readonly<Record<string, Lacking | undefined>> = {
  'no WebGL 2': [OffscreenCanvas.prototype, 'getContext', () => () => null],
  'no float targets': [
    WebGL2RenderingContext.prototype,
    'getExtension',
    (own) =>
      function (this: unknown, ...given: unknown[]) {
        return given[0] === 'EXT_color_buffer_float' ? null : own.apply(this, given);
      },
  ],
  'float targets that keep 16 bits': [
    WebGL2RenderingContext.prototype,
    'readPixels',
    (own) =>
      function (this: unknown, ...given: unknown[]) {
        own.apply(this, given);
        const numbers = given[6];
        if (numbers instanceof Float32Array)
          numbers.forEach((number, k) => {
            // Dekker's splitting: the upper eleven bits.
            const spread = Math.fround(8193 * number);
            numbers[k] = spread - Math.fround(spread - number);
          });
      },
  ],
  'a chip that the processor emulates': undefined,
};

/** Why the engine doesn't start, by what the browser lacks; the last of them only if nobody asked for it. */
export function reasons(): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, lacking] of Object.entries(OLD)) {
    loseContexts();
    const undo = lacking && replace(lacking);
    const started = startWebgl(lacking !== undefined);
    undo?.();
    found[name] = 'reason' in started ? started.reason : 'none';
  }
  return found;
}

function replace([of, method, instead]: Lacking): () => void {
  const own = Reflect.get(of, method) as (...given: unknown[]) => unknown;
  Reflect.set(of, method, instead(own));
  return () => Reflect.set(of, method, own);
}

/** A learner on tfjs's own context, with tfjs at work between its batches: how far both are from what they should give. */
export async function besideTfjs(): Promise<{ readonly weights: number; readonly products: number }> {
  if (!(await setBackend('webgl'))) throw new Error('tfjs does not start');
  await ready();
  const running = backend();
  if (!(running instanceof MathBackendWebGL)) throw new Error('tfjs runs on another backend');
  const { gl } = running.gpgpu;
  const device = gl instanceof WebGL2RenderingContext && deviceOn(gl);
  if (!(device instanceof Device)) throw new Error('no device on the context of tfjs');

  const architecture = classifier('lstm', { size: 3, units: 5, vocabulary: 12 });
  const limits: Limits = { size: 4, tokens: 6 };
  const schedule = { rate: 1e-2, clip: 1, seed: 3 };
  const learners: Learner[] = [
    await buildWebglLearner(device, architecture, schedule, limits),
    await build(architecture, schedule, limits),
  ];
  for (const learner of learners) learner.restore({ step: 0, weights: madeUpWeights(architecture, 1) });
  let products = 0;
  for (let k = 0; k < 6; k++) {
    for (const learner of learners)
      learner.learn(madeUpExamples(architecture, { ...limits, seed: k, padded: true }));
    const product = matMul(
      tensor2d([
        [1, 2 + k],
        [3, 4],
      ]),
      tensor2d([
        [5, 6],
        [7, 8],
      ]),
    );
    products = Math.max(
      products,
      relativeError(await product.data(), [5 + 7 * (2 + k), 6 + 8 * (2 + k), 43, 50]),
    );
    product.dispose();
  }
  const [beside, alone] = await Promise.all(learners.map((learner) => learner.snapshot()));
  for (const learner of learners) learner.dispose();
  return {
    products,
    weights: Math.max(
      ...[...(alone?.weights ?? [])].map(([name, numbers]) =>
        relativeError(beside?.weights.get(name), numbers),
      ),
    ),
  };
}
