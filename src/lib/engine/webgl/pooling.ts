import type { PoolingLayer } from '../architecture.ts';
import { FUNCTIONS } from './functions.ts';
import { drawnFor } from './numbers.ts';
import type { Part, Pass, Place } from './part.ts';
import { ROWS, whole } from './rows.ts';

/** How the steps of a feature become one number, and what share of its adjoint each step receives. */
interface Take {
  /** Gives `result` and `note`, which the way back reads. */
  readonly forward: string;
  /** An expression: the share of step `step`; `noted` is what was noted. */
  readonly share: string;
}

const TAKES: Readonly<Record<PoolingLayer['take'], Take>> = {
  /** Notes the step of the largest, at a tie the first; a NaN counts as the largest. */
  max: {
    forward: `
  float most = at(0);
  note = 0.0;
  for (int step = 1; step < rows.y; step++) {
    float here = at(step);
    if (isNumber(most) && (here > most || !isNumber(here))) { most = here; note = float(step); }
  }
  result = most;`,
    share: 'float(step) == noted ? 1.0 : 0.0',
  },
  /** Notes one over the steps that are no padding; where all are, the mean is zero. */
  mean: {
    forward: `
  float sum = 0.0;
  float counted = 0.0;
  for (int step = 0; step < rows.y; step++) if (counts(step)) { sum += at(step); counted += 1.0; }
  note = 1.0 / max(1.0, counted);
  result = sum * note;`,
    share: 'counts(step) ? noted : 0.0',
  },
};

const counts = (masked: boolean, example: string): string =>
  masked
    ? `
uniform sampler2D mask;
uniform ivec2 maskOrigin;
/** Whether there is padding in this batch. */
uniform int some;
bool counts(int step) {
  return some == 0 || texelFetch(mask, maskOrigin + stepAt(rows, step, 1) + ivec2(0, ${example}), 0).r != 0.0;
}`
    : 'bool counts(int step) { return true; }';

const forwardSource = (take: PoolingLayer['take'], masked: boolean): string => `
uniform sampler2D value;
uniform ivec2 origin;
uniform ivec3 rows;
uniform int size;
layout(location = 0) out float result;
layout(location = 1) out float note;
${ROWS}${FUNCTIONS}
ivec2 here() { return ivec2(gl_FragCoord.xy); }
float at(int step) { return texelFetch(value, origin + stepAt(rows, step, size) + here(), 0).r; }
${counts(masked, 'here().y')}
void main() {${TAKES[take].forward}
}`;

const backwardSource = (take: PoolingLayer['take'], masked: boolean): string => `
uniform sampler2D adjoint, notes;
uniform ivec2 adjointOrigin;
uniform ivec3 rows;
uniform int size;
out float result;
${ROWS}
ivec3 place() { return placeOf(rows, ivec2(gl_FragCoord.xy), size); }
${counts(masked, 'place().y')}
void main() {
  int step = place().z;
  float noted = texelFetch(notes, place().xy, 0).r;
  result = step < rows.y
    ? texelFetch(adjoint, adjointOrigin + place().xy, 0).r * (${TAKES[take].share})
    : 0.0;
}`;

export function buildPooling({ take }: PoolingLayer, { room, input, most, inputAdjoint }: Place): Part {
  const { device } = room;
  const { size, masked } = input;
  const one = { batch: most.batch, steps: 1 };
  const made = drawnFor(room, size, one);
  const notes = drawnFor(room, size, one).value;
  const both = room.target([made.value.texture, notes.texture]);
  const towards = inputAdjoint ? drawnFor(room, size, most) : undefined;
  const forward = device.program(forwardSource(take, masked));
  const backward = inputAdjoint ? device.program(backwardSource(take, masked)) : undefined;
  const uniformsOf = ({ input, rows, mask }: Pass) => ({
    rows: [rows.batch, rows.steps, rows.fold],
    size,
    mask: (mask ?? input).texture,
    maskOrigin: mask === undefined ? [0, 0] : [mask.x, mask.y],
    some: mask === undefined ? 0 : 1,
  });
  return {
    blocks: [],
    forward(pass) {
      const { input: value, rows } = pass;
      device.draw({
        program: forward,
        target: both,
        at: { x: 0, y: 0, width: size, height: rows.batch },
        uniforms: { ...uniformsOf(pass), value: value.texture, origin: [value.x, value.y] },
      });
      return { output: made.value, rows: { ...rows, steps: 1 }, mask: undefined };
    },
    backward(pass, adjoint) {
      if (towards === undefined || backward === undefined) return undefined;
      device.draw({
        program: backward,
        target: towards.target,
        at: { x: 0, y: 0, ...whole(pass.rows, size) },
        uniforms: {
          ...uniformsOf(pass),
          adjoint: adjoint.texture,
          adjointOrigin: [adjoint.x, adjoint.y],
          notes: notes.texture,
        },
      });
      return towards.value;
    },
  };
}
