import type { Room } from './part.ts';
import { extent, ROWS, type Rows, whole } from './rows.ts';
import type { Value } from './texture.ts';

/**
 * Writes rows of numbers into texels of four, zeros past the last number of a row. On its way a number may be multiplied
 * by what follows from another.
 *
 * @param slope GLSL, of \`y\`, the number at the same place of the second value; none: it isn't read
 */
const source = (slope: string | undefined): string => `
uniform sampler2D value;
uniform ivec2 origin;
${slope === undefined ? '' : 'uniform sampler2D made;'}
uniform ivec3 rows;
uniform int size;
out vec4 result;
${ROWS}
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), (size + 3) / 4);
  ivec2 at = stepAt(rows, place.z, size) + ivec2(4 * place.x, place.y);
  vec4 four = vec4(0.0);
  for (int k = 0; k < 4; k++) {
    if (place.z >= rows.y || 4 * place.x + k >= size) continue;
    float number = texelFetch(value, origin + at + ivec2(k, 0), 0).r;
    ${slope === undefined ? '' : 'float y = texelFetch(made, at + ivec2(k, 0), 0).r;'}
    four[k] = number${slope === undefined ? '' : ` * ${slope}`};
  }
  result = four;
}`;

/** Draws a value as texels of four. @returns where they stand */
export type Pack = (value: Value, rows: Rows) => Value;

/** Room for the largest batch. @param by see \`source\`; \`made\` stands where the value's own origin would be zero */
export function packFor(
  room: Room,
  size: number,
  most: { batch: number; steps: number },
  by?: { readonly slope: string; readonly made: Value },
): Pack {
  const { device } = room;
  const quads = Math.ceil(size / 4);
  const texture = room.texture(extent(quads, most.batch, most.steps, device.side), 'quad');
  const target = room.target([texture]);
  const program = device.program(source(by?.slope));
  return (value, rows) => {
    device.draw({
      program,
      target,
      at: { x: 0, y: 0, ...whole(rows, quads) },
      uniforms: {
        value: value.texture,
        origin: [value.x, value.y],
        made: (by?.made ?? value).texture,
        rows: [rows.batch, rows.steps, rows.fold],
        size,
      },
    });
    return { texture, x: 0, y: 0 };
  };
}
