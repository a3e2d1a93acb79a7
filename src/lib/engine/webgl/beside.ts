import { drawnFor } from './numbers.ts';
import type { Place } from './part.ts';
import { ROWS, type Rows, whole } from './rows.ts';
import type { Target, Value } from './texture.ts';

const TWO = `
uniform sampler2D a, b;
uniform ivec2 aOrigin, bOrigin;
uniform ivec3 rows;
uniform int units;
out float result;
${ROWS}`;

/** a | b */
const JOIN = `${TWO}
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), 2 * units);
  bool first = place.x < units;
  ivec2 at = stepAt(rows, place.z, units) + ivec2(first ? place.x : place.x - units, place.y);
  if (place.z >= rows.y) result = 0.0;
  else result = first ? texelFetch(a, aOrigin + at, 0).r : texelFetch(b, bOrigin + at, 0).r;
}`;

/** Both halves of a. */
const SPLIT = `
uniform sampler2D a;
uniform ivec2 aOrigin;
uniform ivec3 rows;
uniform int units;
layout(location = 0) out float left;
layout(location = 1) out float right;
${ROWS}
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), units);
  ivec2 at = aOrigin + stepAt(rows, place.z, 2 * units) + place.xy;
  bool there = place.z < rows.y;
  left = there ? texelFetch(a, at, 0).r : 0.0;
  right = there ? texelFetch(a, at + ivec2(units, 0), 0).r : 0.0;
}`;

/** a + b */
const ADD = `${TWO}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  result = texelFetch(a, aOrigin + at, 0).r + texelFetch(b, bOrigin + at, 0).r;
}`;

/** What two cells that read the same sequence give, as one value, and what comes back to it, to each of the two. */
export interface Beside {
  /** [.., units] and [.., units] to [.., 2 units]. */
  join(a: Value, b: Value, rows: Rows): Value;
  split(joined: Value, rows: Rows): readonly [Value, Value];
  /** The sum of what both say of their input. */
  add(a: Value, b: Value, rows: Rows): Value;
}

/** @param units of each cell @param sequences whether they give one output a step */
export function besideFor(place: Place, units: number, sequences: boolean): Beside {
  const { room, input, most, inputAdjoint } = place;
  const { device } = room;
  const outputs = sequences ? most : { batch: most.batch, steps: 1 };
  const joined = drawnFor(room, 2 * units, outputs);
  const [left, right] = [drawnFor(room, units, outputs).value, drawnFor(room, units, outputs).value];
  const halves = room.target([left.texture, right.texture]);
  const sum = inputAdjoint ? drawnFor(room, input.size, most) : undefined;
  const [joining, splitting, adding] = [JOIN, SPLIT, ADD].map((source) => device.program(source));
  const draw = (
    program: typeof joining,
    target: Target,
    rows: Rows,
    [width, units]: readonly [number, number],
    a: Value,
    b: Value = a,
  ): void => {
    if (program === undefined) return;
    device.draw({
      program,
      target,
      at: { x: 0, y: 0, ...whole(rows, width) },
      uniforms: {
        a: a.texture,
        aOrigin: [a.x, a.y],
        b: b.texture,
        bOrigin: [b.x, b.y],
        rows: [rows.batch, rows.steps, rows.fold],
        units,
      },
    });
  };
  return {
    join(a, b, rows) {
      draw(joining, joined.target, rows, [2 * units, units], a, b);
      return joined.value;
    },
    split(value, rows) {
      draw(splitting, halves, rows, [units, units], value);
      return [left, right];
    },
    add(a, b, rows) {
      if (sum === undefined) throw new Error('nobody was to read the adjoint of this input');
      draw(adding, sum.target, rows, [input.size, input.size], a, b);
      return sum.value;
    },
  };
}
