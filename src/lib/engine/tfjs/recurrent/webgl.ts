import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Architecture, variablesOf } from '../../architecture.ts';
import { type Device, deviceOn } from '../../webgl/device.ts';
import { drawnFor, type Given, givenFor, rowsFor } from '../../webgl/numbers.ts';
import type { Part, Pass } from '../../webgl/part.ts';
import { buildCell } from '../../webgl/recurrent.ts';
import { buildRecurrent } from '../../webgl/recurrent-layer.ts';
import { type DeviceRoom, roomOn } from '../../webgl/room.ts';
import type { Rows } from '../../webgl/rows.ts';
import { layOut, type Sheet } from '../../webgl/sheet.ts';
import type { Target, Texture } from '../../webgl/texture.ts';
import { type Crossing, crossingFor, type Drawn } from './crossing.ts';
import { layerOf, weightNames } from './names.ts';
import { outputShape, register, type Shaped } from './on-host.ts';
import { RECURRENT, RECURRENT_GRADIENT, type RecurrentAttributes } from './operation.ts';

/** A layer in textures of its own, for batches of one shape. Its programs belong to the device. */
interface Built {
  readonly room: DeviceRoom;
  readonly part: Part;
  readonly sheet: Sheet;
  readonly parameters: { readonly texture: Texture; readonly target: Target };
  readonly gradients: { readonly texture: Texture; readonly target: Target };
  readonly x: Drawn;
  readonly mask: Given | undefined;
  /** dL/d(output). */
  readonly towards: Drawn;
  readonly crossing: Crossing;
}

/** Shapes that keep their textures: a model's layers and the sizes of its batches. */
const MOST_SHAPES = 8;

function build(backend: MathBackendWebGL, device: Device, call: Shaped): Built {
  const { batch, steps, input, mask, place } = call;
  const layer = layerOf(call);
  const room = roomOn(device);
  const most = { batch, steps };
  const part = buildRecurrent(
    layer,
    {
      ...{ room, place, most, inputAdjoint: true },
      input: { size: input, sequence: true, masked: mask !== undefined },
    },
    buildCell,
  );
  const sheet = layOut(part.blocks, device.side);
  const onSheet = () => {
    const texture = room.texture(sheet, 'quad');
    return { texture, target: room.target([texture]) };
  };
  const architecture: Architecture = { input, layers: [layer], loss: 'numbers' };
  const counts = new Map(
    variablesOf(architecture).map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]),
  );
  const size = outputShape(call).at(-1) ?? 1;
  return {
    ...{ room, part, sheet },
    parameters: onSheet(),
    gradients: onSheet(),
    x: drawnFor(room, input, most),
    mask: mask && givenFor(room, 1, most),
    towards: drawnFor(room, size, layer.sequences ? most : { batch, steps: 1 }),
    crossing: crossingFor(
      backend,
      device,
      room,
      sheet,
      weightNames(layer).map((name) => [name, counts.get(name) ?? 0]),
      batch * steps * Math.max(size, input),
    ),
  };
}

/**
 * The kernels for tfjs's `webgl` backend: this site's fused programs on tfjs's own context.
 * @returns why they can't be had on this device, if they can't
 */
export function registerRecurrentOnWebgl(backend: MathBackendWebGL): string | undefined {
  const device = deviceOn(backend.gpgpu.gl as WebGL2RenderingContext);
  if ('reason' in device) return device.detail;
  const shapes = new Map<string, Built>();
  const builtFor = (call: Shaped): Built => {
    const { layer, batch, steps, input, mask, place } = call;
    const key = JSON.stringify([layer, batch, steps, input, mask !== undefined, place]);
    const built = shapes.get(key) ?? build(backend, device, call);
    // What was used last stands last.
    shapes.delete(key);
    shapes.set(key, built);
    const [oldest] = shapes;
    if (shapes.size > MOST_SHAPES && oldest !== undefined) {
      oldest[1].room.dispose();
      shapes.delete(oldest[0]);
    }
    return built;
  };

  /** Draws everything up to the output. */
  const forward = (call: Shaped, x: TensorInfo, weights: readonly TensorInfo[]) => {
    const { batch, steps, input, mask, chance } = call;
    const built = builtFor(call);
    const rows = rowsFor(device.side, { batch, steps }, batch, steps);
    built.crossing.toValue(x, rows, input, built.x);
    built.crossing.ontoSheet(weights, built.parameters.target);
    if (mask !== undefined) built.mask?.put(Float32Array.from(mask), rows);
    const pass: Pass = {
      ...{ rows, chance },
      input: built.x.value,
      mask: built.mask?.value,
      parameters: built.parameters.texture,
      at: built.sheet.places,
    };
    return { built, pass, made: built.part.forward(pass) };
  };

  register(RECURRENT, 'webgl', ({ inputs, attrs }) => {
    const [x, ...weights] = Object.values(inputs) as TensorInfo[];
    const call = shapeOf(x, attrs as unknown as RecurrentAttributes);
    const { built, made } = forward(call, x as TensorInfo, weights);
    const shape = outputShape(call);
    return built.crossing.fromValue(made.output, made.rows, shape.at(-1) ?? 1, shape);
  });
  register(RECURRENT_GRADIENT, 'webgl', ({ inputs, attrs }) => {
    const [dy, x, ...weights] = Object.values(inputs) as TensorInfo[];
    if (dy === undefined || x === undefined)
      throw new Error('the recurrent operation was called without a tensor it needs');
    const call = shapeOf(x, attrs as unknown as RecurrentAttributes);
    const { built, pass, made } = forward(call, x, weights);
    const { crossing, part, towards, gradients } = built;
    const arriving: Rows = made.rows;
    crossing.toValue(dy, arriving, outputShape(call).at(-1) ?? 1, towards);
    const adjoint = part.backward(pass, towards.value, gradients.target);
    const towardsX =
      adjoint === undefined
        ? backend.makeTensorInfo(x.shape, 'float32', new Float32Array(call.batch * call.steps * call.input))
        : crossing.fromValue(adjoint, pass.rows, call.input, x.shape);
    return [towardsX, ...weights.map((weight, k) => crossing.fromSheet(gradients.texture, k, weight.shape))];
  });
  return undefined;
}

function shapeOf(x: TensorInfo | undefined, attributes: RecurrentAttributes): Shaped {
  const [batch = 0, steps = 0, input = 0] = x?.shape ?? [];
  return { ...attributes, batch, steps, input };
}
