import type { Texture } from './texture.ts';

/** What a program is given under a uniform's name; a sampler takes a texture, a vector a list. */
export type Uniforms = Readonly<Record<string, number | readonly number[] | Texture>>;

export interface Program {
  readonly handle: WebGLProgram;
  /** Found when it is first drawn with, so that the driver may compile several at once. */
  inputs: readonly Input[] | undefined;
  readonly shaders: readonly WebGLShader[];
  readonly source: string;
}

/** A uniform that the program reads. */
interface Input {
  readonly name: string;
  readonly set: (value: Uniforms[string]) => void;
}

/**
 * One triangle that covers any viewport, counter-clockwise: no buffer, no attribute. `corner` runs three times a draw:
 * what all fragments need alike is worked out there once, and handed to them as a `flat` variable.
 */
const triangle = (corner: string): string => `
${corner}
void main() {
  gl_Position = vec4(float(gl_VertexID & 1) * 4.0 - 1.0, float(gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
  atCorner();
}`;
const NOTHING = 'void atCorner() {}';

/** Whole numbers up to 2³¹ and 32-bit floats everywhere; before every shader of this folder. */
const HEADER = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
`;

/** Starts compiling; `inputsOf` finds out how it went. @param corner declares `void atCorner()` */
export function compile(gl: WebGL2RenderingContext, source: string, corner = NOTHING): Program {
  const handle = gl.createProgram();
  const shader = (type: number, text: string): WebGLShader => {
    const made = gl.createShader(type);
    if (made === null) throw new Error('The graphics context is lost: it makes no shaders any more.');
    gl.shaderSource(made, text);
    gl.compileShader(made);
    gl.attachShader(handle, made);
    return made;
  };
  const shaders = [
    shader(gl.VERTEX_SHADER, HEADER + triangle(corner)),
    shader(gl.FRAGMENT_SHADER, HEADER + source),
  ];
  gl.linkProgram(handle);
  return { handle, inputs: undefined, shaders, source };
}

/** Whether asking for the uniforms would not have to wait for the driver; where it doesn't say, it would. */
export function hasLinked(gl: WebGL2RenderingContext, { handle, inputs }: Program): boolean {
  const beside = gl.getExtension('KHR_parallel_shader_compile');
  return (
    inputs !== undefined ||
    beside === null ||
    gl.isContextLost() ||
    gl.getProgramParameter(handle, beside.COMPLETION_STATUS_KHR) === true
  );
}

/**
 * The uniforms of a program that has linked.
 * @throws Error with the driver's words where it doesn't compile
 */
export function inputsOf(gl: WebGL2RenderingContext, program: Program): readonly Input[] {
  if (program.inputs !== undefined) return program.inputs;
  const { handle, shaders, source } = program;
  if (!gl.getProgramParameter(handle, gl.LINK_STATUS)) {
    if (gl.isContextLost()) throw new Error('The graphics context was lost while a program was compiled.');
    const words = [gl.getProgramInfoLog(handle), ...shaders.map((shader) => gl.getShaderInfoLog(shader))];
    throw new Error(`This device refuses a program: ${words.filter(Boolean).join('; ')}\n${source}`);
  }
  for (const shader of shaders) gl.deleteShader(shader);
  const inputs: Input[] = [];
  let units = 0;
  for (let index = 0; index < gl.getProgramParameter(handle, gl.ACTIVE_UNIFORMS); index++) {
    const uniform = gl.getActiveUniform(handle, index);
    const location = uniform && gl.getUniformLocation(handle, uniform.name);
    if (uniform == null || location == null) continue;
    inputs.push({ name: uniform.name, set: setter(gl, location, uniform.type, () => units++) });
  }
  program.inputs = inputs;
  return inputs;
}

function setter(
  gl: WebGL2RenderingContext,
  location: WebGLUniformLocation,
  type: number,
  nextUnit: () => number,
): Input['set'] {
  const kind = type === gl.SAMPLER_2D_ARRAY ? gl.TEXTURE_2D_ARRAY : gl.TEXTURE_2D;
  if (type === gl.SAMPLER_2D || type === gl.SAMPLER_2D_ARRAY) {
    const unit = nextUnit();
    return (value) => {
      if (typeof value !== 'object' || !('handle' in value)) throw new Error('a sampler takes a texture');
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(kind, value.handle);
      gl.uniform1i(location, unit);
    };
  }
  const set = vectorSetter(gl, location, type);
  return (value) => {
    if (typeof value === 'number') set([value]);
    else if ('handle' in value) throw new Error('a number was expected, not a texture');
    else set(value);
  };
}

function vectorSetter(
  gl: WebGL2RenderingContext,
  location: WebGLUniformLocation,
  type: number,
): (numbers: readonly number[]) => void {
  switch (type) {
    case gl.INT:
      return (numbers) => gl.uniform1iv(location, numbers);
    case gl.INT_VEC2:
      return (numbers) => gl.uniform2iv(location, numbers);
    case gl.INT_VEC3:
      return (numbers) => gl.uniform3iv(location, numbers);
    case gl.INT_VEC4:
      return (numbers) => gl.uniform4iv(location, numbers);
    case gl.UNSIGNED_INT:
      return (numbers) => gl.uniform1uiv(location, numbers);
    case gl.FLOAT:
      return (numbers) => gl.uniform1fv(location, numbers);
    case gl.FLOAT_VEC2:
      return (numbers) => gl.uniform2fv(location, numbers);
    case gl.FLOAT_VEC4:
      return (numbers) => gl.uniform4fv(location, numbers);
    default:
      throw new Error(`uniforms of type ${type} are not provided for; add it to \`vectorSetter\``);
  }
}
