import type { Room } from './part.ts';
import { type Extent, extent, type Rows, rowsIn, stepAt, whole } from './rows.ts';
import type { Texture, Value } from './texture.ts';

/** Texels side by side in a list: a power of two, for `listed`. */
const LINE = 1024;

/** Numbers one after another in a texture, such as a batch's word ids. Whole numbers up to 2²⁴ are exact. */
interface List {
  readonly texture: Texture;
  /** Hands the first `count` numbers over. */
  put(numbers: Int32Array | Float32Array, count: number): void;
}

/** Room for so many numbers. */
export function listFor(room: Room, most: number): List {
  const height = Math.max(1, Math.ceil(most / LINE));
  const texture = room.texture({ width: LINE, height }, 'number');
  const staged = new Float32Array(LINE * height);
  return {
    texture,
    put(numbers, count) {
      staged.set(count === numbers.length ? numbers : numbers.subarray(0, count));
      if (count > 0)
        room.device.write(texture, staged, { x: 0, y: 0, width: LINE, height: Math.ceil(count / LINE) });
    },
  };
}

/** GLSL: the k-th number of a list. */
export const LISTED = `
float listed(sampler2D list, int k) { return texelFetch(list, ivec2(k & ${LINE - 1}, k / ${LINE}), 0).r; }
`;

/** A value that comes from the host, such as labels. */
export interface Given {
  readonly value: Value;
  /** Hands [examples, steps, size] over, row-major. */
  put(numbers: Float32Array, rows: Rows): void;
}

/** Room for sequences of `size` features. */
export function givenFor(room: Room, size: number, most: { batch: number; steps: number }): Given {
  const place = extent(size, most.batch, most.steps, room.device.side);
  const texture = room.texture(place, 'number');
  const staged = new Float32Array(place.width * place.height);
  return {
    value: { texture, x: 0, y: 0 },
    put(numbers, rows) {
      const part = whole(rows, size);
      layDown(numbers, rows, size, part, staged);
      room.device.write(texture, staged, { x: 0, y: 0, ...part });
    },
  };
}

/** [examples, steps, size], as a host has it, to the rows and columns of a texture's part (`texture.ts`). */
function layDown(from: Float32Array, rows: Rows, size: number, { width }: Extent, to: Float32Array): void {
  for (let step = 0; step < rows.steps; step++) {
    const { x, y } = stepAt(rows, step, size);
    for (let example = 0; example < rows.batch; example++) {
      const start = (example * rows.steps + step) * size;
      to.set(from.subarray(start, start + size), (y + example) * width + x);
    }
  }
}

/** The other way round: what was read from a texture's part, `channels` floats a texel, to [examples, steps, size]. */
export function pickUp(
  from: Float32Array,
  rows: Rows,
  size: number,
  { width }: Extent,
  channels: number,
): Float32Array {
  const to = new Float32Array(rows.batch * rows.steps * size);
  for (let step = 0; step < rows.steps; step++) {
    const { x, y } = stepAt(rows, step, size);
    for (let example = 0; example < rows.batch; example++)
      for (let feature = 0; feature < size; feature++)
        to[(example * rows.steps + step) * size + feature] =
          from[((y + example) * width + x + feature) * channels] ?? Number.NaN;
  }
  return to;
}

/** Room for what a layer makes: a value of the largest batch, to be drawn into. */
export function drawnFor(room: Room, size: number, most: { batch: number; steps: number }) {
  const texture = room.texture(extent(size, most.batch, most.steps, room.device.side), 'number');
  return { value: { texture, x: 0, y: 0 }, target: room.target([texture]) };
}

/** How a batch at hand stands in textures of the largest one. */
export function rowsFor(
  side: number,
  most: { batch: number; steps: number },
  batch: number,
  steps: number,
): Rows {
  return rowsIn(extent(1, most.batch, most.steps, side).height, batch, steps);
}
