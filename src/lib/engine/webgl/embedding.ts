import { PAD } from '../../imdb/format.ts';
import type { EmbeddingLayer } from '../architecture.ts';
import type { Questions } from '../examples.ts';
import { drawnFor, LISTED, listFor } from './numbers.ts';
import type { Room } from './part.ts';
import { type Extent, ROWS, type Rows, whole } from './rows.ts';
import { RowsMet } from './rows-met.ts';
import type { Target, Texture, Value } from './texture.ts';

const CHANNELS = 4;
/** About how many texels lie side by side: few, and a draw would be a thin strip. */
const ACROSS = 1024;

/**
 * How a table lies in a texture: a row of it is some quads side by side, the next one stands below, and columns of
 * `fold` rows stand side by side, as steps of a batch of one do (`rows.ts`).
 */
export interface TablePlace extends Extent {
  readonly count: number;
  readonly quads: number;
  readonly fold: number;
}

/** @throws Error where no texture of this device has so many texels */
function tablePlace(name: string, count: number, size: number, side: number): TablePlace {
  const quads = Math.ceil(size / CHANNELS);
  const columns = Math.max(Math.floor(ACROSS / quads), Math.ceil(count / side), 1);
  const fold = Math.ceil(count / columns);
  const width = quads * Math.ceil(count / fold);
  if (width > side)
    throw new Error(
      `${name}: ${count} rows of ${size} numbers don't fit a texture of this device, which has at most ${side} x ${side} texels. Take a smaller vocabulary.`,
    );
  return { width, height: fold, count, quads, fold };
}

/** Calls back with each number's place in the table, row-major, and in the texture's floats. */
function eachNumber(
  { width, count, quads, fold }: TablePlace,
  size: number,
  visit: (inTable: number, inTexture: number) => void,
): void {
  for (let row = 0; row < count; row++) {
    const texel = (row % fold) * width + Math.floor(row / fold) * quads;
    for (let feature = 0; feature < size; feature++) visit(row * size + feature, CHANNELS * texel + feature);
  }
}

export function onTable(place: TablePlace, size: number, numbers: Float32Array | undefined): Float32Array {
  const floats = new Float32Array(CHANNELS * place.width * place.height);
  if (numbers !== undefined)
    eachNumber(place, size, (inTable, inTexture) => {
      floats[inTexture] = numbers[inTable] ?? 0;
    });
  return floats;
}

export function offTable(place: TablePlace, size: number, floats: Float32Array): Float32Array {
  const numbers = new Float32Array(place.count * size);
  eachNumber(place, size, (inTable, inTexture) => {
    numbers[inTable] = floats[inTexture] ?? Number.NaN;
  });
  return numbers;
}

const LOOKUP = `
uniform sampler2D table, ids;
uniform ivec3 rows;
uniform int size, fold;
out float result;
${ROWS}${LISTED}
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), size);
  int row = place.z < rows.y ? int(listed(ids, place.y * rows.y + place.z)) : 0;
  ivec2 at = stepAt(ivec3(1, 0, fold), row, (size + 3) / 4);
  result = texelFetch(table, at + ivec2(place.x / 4, 0), 0)[place.x % 4];
}`;

/** Summed before they are added to the rest: a row that is met thousands of times loses no digits. */
const TOGETHER = 64;

/** The gradient of each row that the batch met: the sum of the adjoints at its steps, in their order. */
const SUMS = `
uniform sampler2D adjoint, starts, steps;
uniform ivec2 adjointOrigin;
uniform ivec3 rows;
uniform int size, fold, count;
out vec4 result;
${ROWS}${LISTED}
void main() {
  int quads = (size + 3) / 4;
  ivec3 place = placeOf(ivec3(1, count, fold), ivec2(gl_FragCoord.xy), quads);
  result = vec4(0.0);
  if (place.z >= count) return;
  int end = int(listed(starts, place.z + 1));
  int left = size - 4 * place.x;
  for (int from = int(listed(starts, place.z)); from < end; from += ${TOGETHER}) {
    vec4 part = vec4(0.0);
    for (int k = from; k < min(from + ${TOGETHER}, end); k++) {
      int step = int(listed(steps, k));
      int example = step / rows.y;
      ivec2 at = adjointOrigin + stepAt(rows, step - example * rows.y, size) + ivec2(4 * place.x, example);
      vec4 four = vec4(texelFetch(adjoint, at, 0).r, 0.0, 0.0, 0.0);
      if (left > 1) four.g = texelFetch(adjoint, at + ivec2(1, 0), 0).r;
      if (left > 2) four.b = texelFetch(adjoint, at + ivec2(2, 0), 0).r;
      if (left > 3) four.a = texelFetch(adjoint, at + ivec2(3, 0), 0).r;
      part += four;
    }
    result += part;
  }
}`;

/** The gradient of a table in one batch: of the rows met only. */
export interface SparseGradient {
  readonly target: Target;
  /** By row of the table, its place among those met, or -1. */
  readonly places: Texture;
  readonly place: TablePlace;
  /** The rows that the batch at hand met, and where. */
  readonly met: RowsMet;
}

/** Word vectors on a device: the table's own texture is given to each call, since Adam changes to another. */
export interface Embedding {
  readonly layer: EmbeddingLayer;
  readonly place: TablePlace;
  /** Where the batch's gradient goes; none of a frozen table. */
  readonly gradient: SparseGradient | undefined;
  /** Hands the batch's ids over. @param learns whether its gradient will be asked for */
  put(questions: Questions, learns: boolean): void;
  forward(table: Texture, rows: Rows): Value;
  backward(adjoint: Value, rows: Rows): void;
}

export function embeddingFor(
  room: Room,
  layer: EmbeddingLayer,
  most: { batch: number; steps: number },
): Embedding {
  const { device } = room;
  const { name, vocabulary, size, trained, masked } = layer;
  const place = tablePlace(name, vocabulary, size, device.side);
  const steps = most.batch * most.steps;
  const ids = listFor(room, steps);
  const output = drawnFor(room, size, most);
  const lookup = device.program(LOOKUP);
  const sparse = trained ? sparseFor(room, layer, steps) : undefined;
  return {
    layer,
    place,
    gradient: sparse?.gradient,
    put(questions, learns) {
      if (questions.ids === undefined) throw new Error(`${name} reads word ids, and the batch has none.`);
      ids.put(questions.ids, questions.ids.length);
      if (!learns || sparse === undefined) return;
      const { met } = sparse.gradient;
      met.meet(questions.ids, masked ? PAD : -1);
      sparse.starts.put(met.starts, met.count + 1);
      sparse.steps.put(met.steps, met.starts[met.count] ?? 0);
      sparse.places.put(met.placeOf, vocabulary);
    },
    forward(table, rows) {
      device.draw({
        program: lookup,
        target: output.target,
        at: { x: 0, y: 0, ...whole(rows, size) },
        uniforms: {
          table,
          ids: ids.texture,
          rows: [rows.batch, rows.steps, rows.fold],
          size,
          fold: place.fold,
        },
      });
      return output.value;
    },
    backward(adjoint, rows) {
      if (sparse === undefined || sparse.gradient.met.count === 0) return;
      const { gradient } = sparse;
      const { count } = gradient.met;
      device.draw({
        program: sparse.program,
        target: gradient.target,
        at: { x: 0, y: 0, ...metExtent(gradient) },
        uniforms: {
          adjoint: adjoint.texture,
          adjointOrigin: [adjoint.x, adjoint.y],
          starts: sparse.starts.texture,
          steps: sparse.steps.texture,
          rows: [rows.batch, rows.steps, rows.fold],
          size,
          fold: gradient.place.fold,
          count,
        },
      });
    },
  };
}

/** The part of the gradient's texture that the rows met take. */
export function metExtent({ place, met }: SparseGradient): Extent {
  return {
    width: place.quads * Math.ceil(met.count / place.fold),
    height: Math.min(met.count, place.fold),
  };
}

function sparseFor(room: Room, { name, vocabulary, size }: EmbeddingLayer, steps: number) {
  const place = tablePlace(name, Math.min(vocabulary, steps), size, room.device.side);
  const places = listFor(room, vocabulary);
  const gradient: SparseGradient = {
    target: room.target([room.texture(place, 'quad')]),
    places: places.texture,
    place,
    met: new RowsMet(vocabulary, steps),
  };
  return {
    gradient,
    places,
    starts: listFor(room, place.count + 1),
    steps: listFor(room, steps),
    program: room.device.program(SUMS),
  };
}
