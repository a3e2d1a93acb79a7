import type { DropoutLayer } from '../architecture.ts';
import { keyOf, threshold } from '../chance.ts';
import { CHANCE } from './chance.ts';
import { drawnFor } from './numbers.ts';
import type { Part, Pass, Place, Room } from './part.ts';
import { ROWS, type Rows, whole } from './rows.ts';
import type { Target, Value } from './texture.ts';

const SOURCE = `
uniform sampler2D value;
uniform ivec2 origin;
uniform ivec3 rows;
uniform int size;
uniform int spatial;
uniform uint key, limit;
uniform float scale;
out float result;
${ROWS}${CHANCE}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  ivec3 place = placeOf(rows, at, size);
  int row = spatial == 1 ? place.y : place.y * rows.y + place.z;
  uint index = uint(row) * uint(size) + uint(place.x);
  result = texelFetch(value, origin + at, 0).r * kept(key, index, limit, scale);
}`;

/** What the hash needs to know of one dropout in one batch, as uniforms. */
function odds(rate: number, seed: number, place: number, step: number) {
  return { key: keyOf(seed, place, step), limit: threshold(rate), scale: 1 / (1 - rate) };
}

/** Multiplies by 0 or 1 / (1 − rate), on the way back by the same. */
export function buildDropout({ rate, spatial }: DropoutLayer, place: Place): Part {
  const { room, input, most, inputAdjoint } = place;
  const { device } = room;
  const { size } = input;
  if (rate === 0)
    return {
      blocks: [],
      forward: (pass) => ({ output: pass.input, rows: pass.rows, mask: pass.mask }),
      backward: (_pass, adjoint) => adjoint,
    };
  const output = drawnFor(room, size, most);
  const towards = inputAdjoint ? drawnFor(room, size, most) : undefined;
  const program = device.program(SOURCE);
  const draw = ({ rows, chance }: Pass, value: Value, target: Target): void => {
    if (chance === undefined) return;
    device.draw({
      program,
      target,
      at: { x: 0, y: 0, ...whole(rows, size) },
      uniforms: {
        value: value.texture,
        origin: [value.x, value.y],
        rows: [rows.batch, rows.steps, rows.fold],
        size,
        spatial: spatial ? 1 : 0,
        ...odds(rate, chance.seed, place.place, chance.step),
      },
    });
  };
  return {
    blocks: [],
    forward(pass) {
      draw(pass, pass.input, output.target);
      return {
        output: pass.chance === undefined ? pass.input : output.value,
        rows: pass.rows,
        mask: pass.mask,
      };
    },
    backward(pass, adjoint) {
      if (towards === undefined) return undefined;
      draw(pass, adjoint, towards.target);
      return pass.chance === undefined ? adjoint : towards.value;
    },
  };
}

const KEEP_SOURCE = `
uniform int size;
uniform uint key, limit;
uniform float scale;
out float result;
${CHANCE}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  result = kept(key, uint(at.y) * uint(size) + uint(at.x), limit, scale);
}`;

/** What a cell's products inside the loop multiply by, for vectors of each size that asks for it. */
export interface Keep {
  /** [batch, size] */
  of(size: number): Value;
  /** Draws those that were asked for. */
  draw(rows: Rows, chance: Pass['chance']): void;
}

/** @param cell which of the layer's cells, from 0 */
export function keepFor(room: Room, rate: number, place: number, cell: number, batch: number): Keep {
  const { device } = room;
  const program = device.program(KEEP_SOURCE);
  const kept = new Map<number, ReturnType<typeof drawnFor>>();
  return {
    of(size) {
      const known = kept.get(size) ?? drawnFor(room, size, { batch, steps: 1 });
      kept.set(size, known);
      return known.value;
    },
    draw(rows, chance) {
      const uniforms =
        chance === undefined
          ? { key: 0, limit: 0, scale: 1 }
          : odds(rate, chance.seed, place + 1000 * (cell + 1), chance.step);
      for (const [size, { target }] of kept)
        device.draw({
          program,
          target,
          at: { x: 0, y: 0, width: size, height: rows.batch },
          uniforms: { size, ...uniforms },
        });
    },
  };
}
