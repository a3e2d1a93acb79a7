import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../../webgl/device.ts';
import type { Room } from '../../webgl/part.ts';
import { ROWS, type Rows, whole } from '../../webgl/rows.ts';
import { offSheet, onSheet, type Sheet } from '../../webgl/sheet.ts';
import type { Target, Texture, Value } from '../../webgl/texture.ts';

/**
 * Between tfjs's textures and ours (`../../webgl/texture.ts`), on one context: each crossing is a draw, and no number
 * comes to the host. tfjs hands a tensor over densely, four numbers a texel one after another, and takes one back
 * from one number a texel, `LINE` of them side by side.
 */

/** Texels side by side in a list. */
const LINE = 1024;

/** GLSL: the k-th number of a tensor as tfjs hands it over. */
const DENSE = `
uniform sampler2D tensor;
float dense(int k) {
  int width = textureSize(tensor, 0).x;
  int texel = k >> 2;
  return texelFetch(tensor, ivec2(texel % width, texel / width), 0)[k & 3];
}
`;

/** [batch, steps, size] of a tensor as a value. */
const TO_VALUE = `${DENSE}${ROWS}
uniform ivec3 rows;
uniform int size;
out float result;
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), size);
  result = place.z < rows.y ? dense((place.y * rows.y + place.z) * size + place.x) : 0.0;
}`;

/** A value as a list, [batch, steps, size]. */
const TO_LIST = `${ROWS}
uniform sampler2D value;
uniform ivec2 origin;
uniform ivec3 rows;
uniform int size;
uniform int count;
out float result;
void main() {
  int k = int(gl_FragCoord.y) * ${LINE} + int(gl_FragCoord.x);
  int step = k / size % rows.y;
  ivec2 at = stepAt(rows, step, size) + ivec2(k % size, k / size / rows.y);
  result = k < count ? texelFetch(value, origin + at, 0).r : 0.0;
}`;

/** A tensor's numbers into its lines of a list. */
const INTO_LIST = `${DENSE}
uniform int down;
uniform int count;
out float result;
void main() {
  int k = (int(gl_FragCoord.y) - down) * ${LINE} + int(gl_FragCoord.x);
  result = k < count ? dense(k) : 0.0;
}`;

/** A list onto a sheet; \`places\` holds, for each number of the sheet, its place in the list from 1, or 0. */
const ONTO_SHEET = `
uniform sampler2D list;
uniform sampler2D places;
out vec4 result;
float listed(float place) {
  int k = int(place) - 1;
  return k < 0 ? 0.0 : texelFetch(list, ivec2(k % ${LINE}, k / ${LINE}), 0).r;
}
void main() {
  vec4 place = texelFetch(places, ivec2(gl_FragCoord.xy), 0);
  result = vec4(listed(place.r), listed(place.g), listed(place.b), listed(place.a));
}`;

/** A sheet's numbers as a list; \`places\` holds, for each number of the list, its place in the sheet. */
const OFF_SHEET = `
uniform sampler2D sheet;
uniform sampler2D places;
uniform int down;
out float result;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy) + ivec2(0, down);
  int k = int(texelFetch(places, at, 0).r);
  int width = textureSize(sheet, 0).x;
  result = texelFetch(sheet, ivec2((k >> 2) % width, (k >> 2) / width), 0)[k & 3];
}`;

const linesOf = (count: number): number => Math.max(1, Math.ceil(count / LINE));

/** What can be drawn into. */
export interface Drawn {
  readonly value: Value;
  readonly target: Target;
}

/** Crossings of one layer, for batches of one shape. */
export interface Crossing {
  /** [batch, steps, size] of a tensor, drawn as a value. */
  toValue(tensor: TensorInfo, rows: Rows, size: number, into: Drawn): void;
  /** All weights, in the order of their names, drawn onto the sheet. */
  ontoSheet(weights: readonly TensorInfo[], into: Target): void;
  /** A value as a tensor of this shape. */
  fromValue(value: Value, rows: Rows, size: number, shape: number[]): TensorInfo;
  /** A variable's numbers on a sheet as a tensor of this shape. @param k its place among the names */
  fromSheet(sheet: Texture, k: number, shape: number[]): TensorInfo;
}

/**
 * @param names of the variables on the sheet, with how many numbers each has
 * @param most numbers of the largest value that comes back
 */
export function crossingFor(
  backend: MathBackendWebGL,
  device: Device,
  room: Room,
  sheet: Sheet,
  names: readonly (readonly [name: string, count: number])[],
  most: number,
): Crossing {
  const downs = names.map((_, k) => names.slice(0, k).reduce((sum, [, count]) => sum + linesOf(count), 0));
  const height = names.reduce((sum, [, count]) => sum + linesOf(count), 0);
  const list = listTexture(room, Math.max(1, height));
  const largest = Math.max(most, ...names.map(([, count]) => count));
  const scratch = listTexture(room, linesOf(largest));

  /** The place of each variable's first number in the list. */
  const firsts = new Map(names.map(([name], k) => [name, LINE * (downs[k] ?? 0)]));
  const inList = room.texture(sheet, 'quad');
  device.write(
    inList,
    onSheet(
      sheet,
      new Map(
        names.map(([name, count]) => [
          name,
          Float32Array.from({ length: count }, (_, k) => (firsts.get(name) ?? 0) + k + 1),
        ]),
      ),
    ),
  );
  const inSheet = listTexture(room, Math.max(1, height)).texture;
  const places = new Float32Array(LINE * Math.max(1, height));
  const counted = Float32Array.from({ length: 4 * sheet.width * sheet.height }, (_, k) => k);
  for (const [name, own] of offSheet(sheet, counted, new Map(names))) places.set(own, firsts.get(name) ?? 0);
  device.write(inSheet, places);

  /** Draws with a tensor's numbers at hand. */
  const drawWith = (tensor: TensorInfo, draw: (dense: Texture) => void): void => {
    const { handle, shape, done } = handedOver(backend, tensor);
    const [rows, columns] = shape;
    draw({ handle, width: columns, height: rows, format: 'quad' });
    done();
  };
  const taken = (count: number, shape: number[]): TensorInfo => ({
    dataId: backend.writeTexture(scratch.texture.handle, shape, 'float32', linesOf(count), LINE, 'R'),
    shape,
    dtype: 'float32',
  });
  const asIvec = ({ batch, steps, fold }: Rows) => [batch, steps, fold];

  return {
    toValue(tensor, rows, size, { target }) {
      drawWith(tensor, (dense) =>
        device.draw({
          program: device.program(TO_VALUE),
          target,
          at: { x: 0, y: 0, ...whole(rows, size) },
          uniforms: { tensor: dense, rows: asIvec(rows), size },
        }),
      );
    },
    ontoSheet(weights, into) {
      for (const [k, weight] of weights.entries()) {
        const count = names[k]?.[1] ?? 0;
        const down = downs[k] ?? 0;
        drawWith(weight, (dense) =>
          device.draw({
            program: device.program(INTO_LIST),
            target: list.target,
            at: { x: 0, y: down, width: LINE, height: linesOf(count) },
            uniforms: { tensor: dense, down, count },
          }),
        );
      }
      device.draw({
        program: device.program(ONTO_SHEET),
        target: into,
        at: { x: 0, y: 0, width: sheet.width, height: sheet.height },
        uniforms: { list: list.texture, places: inList },
      });
    },
    fromValue({ texture, x, y }, rows, size, shape) {
      const count = rows.batch * rows.steps * size;
      device.draw({
        program: device.program(TO_LIST),
        target: scratch.target,
        at: { x: 0, y: 0, width: LINE, height: linesOf(count) },
        uniforms: { value: texture, origin: [x, y], rows: asIvec(rows), size, count },
      });
      return taken(count, shape);
    },
    fromSheet(from, k, shape) {
      const count = names[k]?.[1] ?? 0;
      device.draw({
        program: device.program(OFF_SHEET),
        target: scratch.target,
        at: { x: 0, y: 0, width: LINE, height: linesOf(count) },
        uniforms: { sheet: from, places: inSheet, down: downs[k] ?? 0 },
      });
      return taken(count, shape);
    },
  };
}

function listTexture(room: Room, height: number): { readonly texture: Texture; readonly target: Target } {
  const texture = room.texture({ width: LINE, height }, 'number');
  return { texture, target: room.target([texture]) };
}

/**
 * A tensor's numbers, densely, on the device. tfjs can't hand over a slice that shares another tensor's texture: such a
 * one goes by the host.
 */
function handedOver(backend: MathBackendWebGL, tensor: TensorInfo) {
  const { slice } = backend.getDataInfo(tensor.dataId);
  const own =
    slice == null ? tensor : backend.makeTensorInfo(tensor.shape, 'float32', backend.readSync(tensor.dataId));
  backend.uploadToGPU(own.dataId);
  const { texture, texShape, tensorRef } = backend.readToGPU(own.dataId);
  if (texture === undefined || texShape === undefined) throw new Error('tfjs handed over no texture');
  return {
    handle: texture,
    shape: texShape,
    done: () => {
      tensorRef.dispose();
      if (own !== tensor) backend.disposeIntermediateTensorInfo(own);
    },
  };
}
