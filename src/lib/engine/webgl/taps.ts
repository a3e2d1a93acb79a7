import type { Activation } from '../architecture.ts';
import { FUNCTIONS } from './functions.ts';
import { drawnFor } from './numbers.ts';
import { packFor } from './packed.ts';
import type { Part, Pass, Place } from './part.ts';
import { ROWS, type Rows, whole } from './rows.ts';
import type { Block, Slot } from './sheet.ts';
import type { Target, Value } from './texture.ts';

/** Sizes of what a dense layer and a convolution have in common: a dense layer is a convolution of one tap. */
interface Taps {
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
uniform sampler2D parameters;
uniform ivec2 block;
uniform ivec3 rows;
uniform int steps, size, units, width, before;
`;

/**
 * GLSL: four neighbours in a row of a sequence, as \`NAME(NAMEAt(step), example, quad)\`; zeros past the last. Read many
 * times, they are packed into texels of four beforehand, in one small draw more; read a few times, they are read one by
 * one. What stands right of a row's last number may be anything, NaN too.
 */
const fours = (name: string, count: string, packed: boolean): string =>
  packed
    ? `
uniform sampler2D ${name}Texture;
ivec2 ${name}At(int step) { return stepAt(rows, step, (${count} + 3) / 4); }
vec4 ${name}(ivec2 at, int example, int quad) { return texelFetch(${name}Texture, at + ivec2(quad, example), 0); }
`
    : `
uniform sampler2D ${name}Texture;
uniform ivec2 ${name}Origin;
ivec2 ${name}At(int step) { return ${name}Origin + stepAt(rows, step, ${count}); }
vec4 ${name}(ivec2 from, int example, int quad) {
  ivec2 at = from + ivec2(4 * quad, example);
  int left = ${count} - 4 * quad;
  vec4 four = vec4(texelFetch(${name}Texture, at, 0).r, 0.0, 0.0, 0.0);
  if (left > 1) four.g = texelFetch(${name}Texture, at + ivec2(1, 0), 0).r;
  if (left > 2) four.b = texelFetch(${name}Texture, at + ivec2(2, 0), 0).r;
  if (left > 3) four.a = texelFetch(${name}Texture, at + ivec2(3, 0), 0).r;
  return four;
}
`;

/** The input, and dL/da, a being what the activation is of. */
const X = 'x';
const DA = 'da';

/** Which of them are packed. */
type Packed = Readonly<Record<typeof X | typeof DA, boolean>>;

const forwardSource = (activation: Activation, packed: Packed): string => `
${SIZES}${ROWS}${FUNCTIONS}${fours(X, 'size', packed.x)}
out float result;
void main() {
  ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), units);
  int quads = (size + 3) / 4;
  float a = texelFetch(parameters, block + ivec2(place.x, width * quads), 0).r;
  for (int tap = 0; tap < width; tap++) {
    int read = place.z + tap - before;
    if (place.z >= rows.y || read < 0 || read >= steps) continue;
    ivec2 at = xAt(read);
    for (int quad = 0; quad < quads; quad++)
      a += dot(texelFetch(parameters, block + ivec2(place.x, tap * quads + quad), 0), x(at, place.y, quad));
  }
  result = ${CURVES[activation].of};
}`;

/** Sums a step at a time, so that few rows and long sequences lose no digits. */
const parametersSource = (packed: Packed): string => `
${SIZES}${ROWS}${fours(X, 'size', packed.x)}${fours(DA, 'units', packed.da)}
out vec4 result;
void main() {
  ivec2 local = ivec2(gl_FragCoord.xy) - block;
  int quads = (size + 3) / 4;
  int tap = local.y / quads;
  int quad = local.y - tap * quads;
  bool isBias = tap == width;
  int unitQuad = local.x / 4;
  int channel = local.x - 4 * unitQuad;
  result = vec4(0.0);
  for (int step = 0; step < rows.y; step++) {
    int read = isBias ? step : step + tap - before;
    if (read < 0 || read >= steps) continue;
    ivec2 at = xAt(read);
    ivec2 daFrom = daAt(step);
    vec4 sum = vec4(0.0);
    for (int example = 0; example < rows.x; example++)
      sum += da(daFrom, example, unitQuad)[channel] * (isBias ? vec4(1.0, 0.0, 0.0, 0.0) : x(at, example, quad));
    result += sum;
  }
}`;

const inputSource = (packed: Packed): string => `
${SIZES}${ROWS}${fours(DA, 'units', packed.da)}
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
    ivec2 at = daAt(step);
    ivec2 row = block + ivec2(0, tap * quads + quad);
    for (int unit = 0; unit < units; unit += 4) {
      // Past the last unit da is zero, and the last weight does as well as any.
      ivec4 unitsHere = min(ivec4(unit) + ivec4(0, 1, 2, 3), units - 1);
      vec4 weights = vec4(
        texelFetch(parameters, row + ivec2(unitsHere.x, 0), 0)[channel],
        texelFetch(parameters, row + ivec2(unitsHere.y, 0), 0)[channel],
        texelFetch(parameters, row + ivec2(unitsHere.z, 0), 0)[channel],
        texelFetch(parameters, row + ivec2(unitsHere.w, 0), 0)[channel]
      );
      result += dot(weights, da(at, place.y, unit / 4));
    }
  }
}`;

/** A dense layer's or a convolution's part. @param masked whether the input's mask goes on with the output */
export function buildTaps(taps: Taps, { room, input, most, inputAdjoint }: Place, masked: boolean): Part {
  const { device } = room;
  const { units, width, before, lost, activation } = taps;
  const { size, sequence } = input;
  const outputs = { batch: most.batch, steps: most.steps - lost };
  const output = drawnFor(room, units, outputs);
  const towards = inputAdjoint ? drawnFor(room, size, most) : undefined;
  // One vector an example is read so seldom that it isn't worth a draw; an activation's slope has to go somewhere.
  const packX = sequence ? packFor(room, size, most) : undefined;
  const bySlope =
    activation === 'linear' ? undefined : { slope: CURVES[activation].slope, made: output.value };
  const packDa = sequence || bySlope !== undefined ? packFor(room, units, outputs, bySlope) : undefined;
  const packed: Packed = { x: packX !== undefined, da: packDa !== undefined };
  const programs = {
    forward: device.program(forwardSource(activation, packed)),
    parameters: device.program(parametersSource(packed)),
    input: inputAdjoint ? device.program(inputSource(packed)) : undefined,
  };

  const rowsOf = ({ rows }: Pass): Rows => ({ ...rows, steps: rows.steps - lost });
  const uniformsOf = (pass: Pass, x: Value, da: Value) => {
    const { batch, steps, fold } = rowsOf(pass);
    const at = pass.at[0] ?? { x: 0, y: 0 };
    return {
      xTexture: x.texture,
      xOrigin: [x.x, x.y],
      daTexture: da.texture,
      daOrigin: [da.x, da.y],
      parameters: pass.parameters,
      block: [at.x, at.y],
      rows: [batch, steps, fold],
      steps: pass.rows.steps,
      size,
      units,
      width,
      before,
    };
  };
  /** The input as the way forward packed it, for the way back. */
  let x: Value | undefined;
  return {
    blocks: [blockOf(taps, size)],

    forward(pass) {
      const rows = rowsOf(pass);
      x = packX?.(pass.input, pass.rows) ?? pass.input;
      device.draw({
        program: programs.forward,
        target: output.target,
        at: { x: 0, y: 0, ...whole(rows, units) },
        uniforms: uniformsOf(pass, x, x),
      });
      return { output: output.value, rows, mask: masked ? pass.mask : undefined };
    },

    backward(pass, adjoint: Value, gradients: Target) {
      const [at] = pass.at;
      if (at === undefined) throw new Error('the part has no place in the sheet');
      const da = packDa?.(adjoint, rowsOf(pass)) ?? adjoint;
      const uniforms = uniformsOf(pass, x ?? pass.input, da);
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
