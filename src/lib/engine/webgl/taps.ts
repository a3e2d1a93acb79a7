import type { Activation } from '../architecture.ts';
import { FUNCTIONS } from './functions.ts';
import { drawnFor } from './numbers.ts';
import type { Part, Pass, Place } from './part.ts';
import { ROWS, type Rows, whole } from './rows.ts';
import type { Block, Slot } from './sheet.ts';
import type { Target, Value } from './texture.ts';

/** Sizes of what a dense layer and a convolution have in common: a dense layer is a convolution of one tap. */
export interface Taps {
  /** Outputs at a step. */
  readonly units: number;
  /** Steps that one output reads. */
  readonly width: number;
  /** Of these, how many come before the output's own. */
  readonly before: number;
  /** Steps that go lost. */
  readonly lost: number;
  readonly activation: Activation;
  /** Where its parameters lie in their variables. */
  readonly weights: (tap: number, unit: number, feature: number) => number;
  readonly strides: { readonly unit: number; readonly feature: number };
  readonly names: { readonly weights: string; readonly bias: string };
}

const CHANNELS = 4;

/**
 * Unit across; down, for each tap a texel for every four features, one a channel; and the bias below them.
 * Four features a texel, so that one read brings four weights.
 */
function blockOf({ units, width, weights, strides, names }: Taps, size: number): Block {
  const quads = Math.ceil(size / CHANNELS);
  const slots: Slot[] = [];
  for (let tap = 0; tap < width; tap++)
    for (let channel = 0; channel < Math.min(CHANNELS, size); channel++)
      slots.push({
        variable: names.weights,
        rows: units,
        columns: Math.ceil((size - channel) / CHANNELS),
        first: weights(tap, 0, channel),
        rowStride: strides.unit,
        columnStride: CHANNELS * strides.feature,
        x: 0,
        y: tap * quads,
        channel,
      });
  const bias = { variable: names.bias, rows: units, columns: 1, first: 0, rowStride: 1, columnStride: 1 };
  return {
    width: units,
    height: width * quads + 1,
    slots: [...slots, { ...bias, x: 0, y: width * quads, channel: 0 }],
  };
}

const CURVES: Readonly<Record<Activation, { readonly of: string; readonly slope: string }>> = {
  linear: { of: 'a', slope: '1.0' },
  relu: { of: 'reluOf(a)', slope: '(y > 0.0 ? 1.0 : 0.0)' },
  tanh: { of: 'tanhOf(a)', slope: '(1.0 - y * y)' },
  sigmoid: { of: 'sigmoidOf(a)', slope: '(y * (1.0 - y))' },
};

/** `rows` are the output's; a step of the input that isn't there is zero. */
const SIZES = `
uniform sampler2D value, parameters;
uniform ivec2 origin, block;
uniform ivec3 rows;
uniform int steps, size, units, width, before;
`;

/** Four features, of which the texture has `left`: what stands right of them may be anything, NaN too. */
const FOUR = `
vec4 fourOf(ivec2 at, int left) {
  vec4 four = vec4(texelFetch(value, at, 0).r, 0.0, 0.0, 0.0);
  if (left > 1) four.g = texelFetch(value, at + ivec2(1, 0), 0).r;
  if (left > 2) four.b = texelFetch(value, at + ivec2(2, 0), 0).r;
  if (left > 3) four.a = texelFetch(value, at + ivec2(3, 0), 0).r;
  return four;
}
`;

const forwardSource = (activation: Activation): string => `
${SIZES}${ROWS}${FUNCTIONS}${FOUR}
out float result;
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), units);
  int quads = (size + 3) / 4;
  float a = texelFetch(parameters, block + ivec2(place.x, width * quads), 0).r;
  for (int tap = 0; tap < width; tap++) {
    int read = place.z + tap - before;
    if (place.z >= rows.y || read < 0 || read >= steps) continue;
    ivec2 from = origin + stepAt(rows, read, size) + ivec2(0, place.y);
    for (int quad = 0; quad < quads; quad++)
      a += dot(
        texelFetch(parameters, block + ivec2(place.x, tap * quads + quad), 0),
        fourOf(from + ivec2(4 * quad, 0), size - 4 * quad)
      );
  }
  result = ${CURVES[activation].of};
}`;

/** dL/da, from dL/dy and y. */
const inner = (activation: Activation): string => `
uniform sampler2D adjoint, made;
uniform ivec2 adjointOrigin;
float inner(int step, int example, int unit) {
  ivec2 at = stepAt(rows, step, units) + ivec2(unit, example);
  float dy = texelFetch(adjoint, adjointOrigin + at, 0).r;
  ${activation === 'linear' ? '' : 'float y = texelFetch(made, at, 0).r;'}
  return dy * ${CURVES[activation].slope};
}
`;

/** Sums a step at a time, so that few rows and long sequences lose no digits. */
const parametersSource = (activation: Activation): string => `
${SIZES}${ROWS}${inner(activation)}${FOUR}
out vec4 result;
void main() {
  ivec2 local = ivec2(gl_FragCoord.xy) - block;
  int quads = (size + 3) / 4;
  int tap = local.y / quads;
  int first = 4 * (local.y - tap * quads);
  bool bias = tap == width;
  result = vec4(0.0);
  for (int step = 0; step < rows.y; step++) {
    int read = step + tap - before;
    if (!bias && (read < 0 || read >= steps)) continue;
    ivec2 from = bias ? ivec2(0) : origin + stepAt(rows, read, size) + ivec2(first, 0);
    vec4 sum = vec4(0.0);
    for (int example = 0; example < rows.x; example++)
      sum += inner(step, example, local.x)
        * (bias ? vec4(1.0, 0.0, 0.0, 0.0) : fourOf(from + ivec2(0, example), size - first));
    result += sum;
  }
}`;

const inputSource = (activation: Activation): string => `
${SIZES}${ROWS}${inner(activation)}
out float result;
void main() {
  ivec3 place = placeOf(ivec3(rows.x, steps, rows.z), ivec2(gl_FragCoord.xy), size);
  int quads = (size + 3) / 4;
  int quad = place.x / 4;
  int channel = place.x - 4 * quad;
  result = 0.0;
  for (int tap = 0; tap < width; tap++) {
    int step = place.z - tap + before;
    if (place.z >= steps || step < 0 || step >= rows.y) continue;
    for (int unit = 0; unit < units; unit++)
      result += inner(step, place.y, unit) * texelFetch(parameters, block + ivec2(unit, tap * quads + quad), 0)[channel];
  }
}`;

/** A dense layer's or a convolution's part. @param masked whether the input's mask goes on with the output */
export function buildTaps(taps: Taps, { room, input, most, inputAdjoint }: Place, masked: boolean): Part {
  const { device } = room;
  const { units, width, before, lost, activation } = taps;
  const { size } = input;
  const output = drawnFor(room, units, { batch: most.batch, steps: most.steps - lost });
  const towards = inputAdjoint ? drawnFor(room, size, most) : undefined;
  const programs = {
    forward: device.program(forwardSource(activation)),
    parameters: device.program(parametersSource(activation)),
    input: inputAdjoint ? device.program(inputSource(activation)) : undefined,
  };

  const rowsOf = ({ rows }: Pass): Rows => ({ ...rows, steps: rows.steps - lost });
  const sizesOf = (pass: Pass) => {
    const { batch, steps, fold } = rowsOf(pass);
    const at = pass.at[0] ?? { x: 0, y: 0 };
    return {
      value: pass.input.texture,
      parameters: pass.parameters,
      origin: [pass.input.x, pass.input.y],
      block: [at.x, at.y],
      rows: [batch, steps, fold],
      steps: pass.rows.steps,
      size,
      units,
      width,
      before,
    };
  };
  return {
    blocks: [blockOf(taps, size)],

    forward(pass) {
      const rows = rowsOf(pass);
      device.draw({
        program: programs.forward,
        target: output.target,
        at: { x: 0, y: 0, ...whole(rows, units) },
        uniforms: sizesOf(pass),
      });
      return { output: output.value, rows, mask: masked ? pass.mask : undefined };
    },

    backward(pass, adjoint: Value, gradients: Target) {
      const [at] = pass.at;
      if (at === undefined) throw new Error('the part has no place in the sheet');
      const uniforms = {
        ...sizesOf(pass),
        adjoint: adjoint.texture,
        adjointOrigin: [adjoint.x, adjoint.y],
        made: output.value.texture,
      };
      device.draw({ program: programs.parameters, target: gradients, at, uniforms });
      if (towards === undefined || programs.input === undefined) return undefined;
      device.draw({
        program: programs.input,
        target: towards.target,
        at: { x: 0, y: 0, ...whole(pass.rows, size) },
        uniforms,
      });
      return towards.value;
    },
  };
}
