/** What the test of tfjs on WebGL asks of a page. */
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import {
  backend,
  enableProdMode,
  env,
  memory,
  ready,
  setBackend,
  slice,
  sum,
  type Tensor,
  type Tensor3D,
  tensor,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { lstm } from '../../../src/lib/cells/lstm.ts';
import { hold, type Question } from '../../../src/lib/engine/testing/held.ts';
import { tfjsEngine } from '../../../src/lib/engine/tfjs/engine.ts';
import { recurrent } from '../../../src/lib/engine/tfjs/recurrent/operation.ts';
import { registerRecurrentOnWebgl } from '../../../src/lib/engine/tfjs/recurrent/webgl.ts';
import { parse } from '../../../src/lib/equations/parse.ts';
import type { Sent } from '../webgl/page.ts';

enableProdMode();
env().set('WEBGL_USE_SHAPES_UNIFORMS', true);
await setBackend('webgl');
await ready();
const running = backend();
if (!(running instanceof MathBackendWebGL)) throw new Error('tfjs runs on another backend');
const refusal = registerRecurrentOnWebgl(running);
if (refusal !== undefined) throw new Error(refusal);

const { build } = tfjsEngine();

export async function held({ weights, ...question }: Sent<Question>) {
  const { gradients, ...errors } = await hold(build, { ...question, weights: new Map(weights) });
  return { ...errors, gradients: [...gradients] };
}

const numbers = (length: number, by: number) =>
  Float32Array.from({ length }, (_, k) => Math.sin(by * (k + 1)));

/**
 * The operation by itself, on tensors that tfjs has made in its own ways (packed by a product, cut out of another):
 * its value and gradients, and what it leaves behind.
 */
export async function byItself() {
  const { parameters } = parse(lstm.equations);
  const [batch, steps, input, units] = [3, 4, 2, 5];
  const sizes = { input, units };
  const layer = {
    kind: 'recurrent',
    equations: lstm.equations,
    units,
    direction: 'forward',
    sequences: true,
    recurrentDropout: 0,
  } as const;
  const shapes = parameters.map(({ shape }) => shape.map((size) => sizes[size]));
  const before = memory();
  const long = tensor(numbers(batch * (steps + 2) * input, 1), [batch, steps + 2, input]);
  const weights = shapes.map((shape, k) =>
    tensor(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        2 + k / 10,
      ),
      shape,
    ),
  );
  const run = () =>
    tidy(() => {
      const value = (x: Tensor, ...given: Tensor[]) =>
        sum(
          recurrent(slice(x as Tensor3D, [0, 1, 0], [batch, steps, input]), given, {
            layer,
            place: 0,
            mask: undefined,
            chance: undefined,
          }),
        );
      const { value: total, grads } = valueAndGrads(value as never)([long, ...weights]);
      return [total, ...grads];
    });
  const read = async () => {
    const found = run();
    const values = await Promise.all(found.map(async (each) => [...(await each.data())]));
    for (const each of found) each.dispose();
    return values;
  };
  const first = await read();
  const settled = memory();
  const second = await read();
  const after = memory();
  for (const each of [long, ...weights]) each.dispose();
  return {
    first,
    second,
    kept: after.numTensors - settled.numTensors,
    left: memory().numTensors - before.numTensors,
  };
}
