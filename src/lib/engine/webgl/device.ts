import type { EngineProblem } from '../protocol.ts';
import { compile, hasLinked, inputsOf, type Program, type Uniforms } from './program.ts';
import type { Extent } from './rows.ts';
import { FLOATS, type Format, type Rectangle, type Target, type Texture } from './texture.ts';

/** Why a context can't train. */
export interface Refusal {
  readonly reason: EngineProblem;
  readonly detail: string;
}

/** One draw: a program over a part of a target. `uniforms` has all that the program reads. */
export interface Draw {
  readonly program: Program;
  readonly target: Target;
  readonly at: Rectangle;
  readonly uniforms: Uniforms;
}

/** Gives others a turn. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * A WebGL 2 context that renders 32-bit floats. It may be shared with tfjs, which binds all that it needs for each
 * program of its own: so does `draw`, and nothing that it leaves bound matters to either.
 *
 * Programs are kept by their source for as long as the context lives, whoever asked for them: sizes are uniforms, so
 * a cell's programs serve any batch, length and number of units. Textures and targets belong to who made them.
 */
export class Device {
  readonly gl: WebGL2RenderingContext;
  /** Outputs that one program may have; WebGL 2 grants four. */
  readonly outputs: number;
  /** A texture's largest side, in texels. */
  readonly side: number;
  readonly #programs = new Map<string, Program>();
  readonly #corners: WebGLVertexArrayObject;

  constructor(gl: WebGL2RenderingContext) {
    this.gl = gl;
    this.outputs = Math.min(gl.getParameter(gl.MAX_DRAW_BUFFERS), gl.getParameter(gl.MAX_COLOR_ATTACHMENTS));
    this.side = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    // Without attributes: whatever tfjs has bound to its own vertex arrays is not read.
    this.#corners = gl.createVertexArray();
  }

  /**
   * A program by its fragment shader, without the version line and precisions; compiled once.
   * @param corner what runs once a draw, if anything does: declares `void atCorner()`
   */
  program(source: string, corner?: string): Program {
    const key = `${corner ?? ''}\n${source}`;
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const made = compile(this.gl, source, corner);
    this.#programs.set(key, made);
    return made;
  }

  /**
   * Waits until all programs can draw. Drivers take long to compile, some of them seconds: meanwhile the thread is free
   * for others, an engine that trains.
   * @throws Error where one doesn't compile here
   */
  async compiled(): Promise<void> {
    for (const [key, program] of this.#programs) {
      if (program.inputs !== undefined) continue;
      do await pause();
      while (!hasLinked(this.gl, program));
      try {
        inputsOf(this.gl, program);
      } catch (fault) {
        // No other model is to stumble over it.
        this.#programs.delete(key);
        throw fault;
      }
    }
  }

  /** A texture of zeros, or of these numbers, row by row. @throws Error where the device has no room for it */
  texture({ width, height, layers }: Extent, format: Format, numbers?: Float32Array): Texture {
    const { gl, side } = this;
    const kind = layers === undefined ? gl.TEXTURE_2D : gl.TEXTURE_2D_ARRAY;
    if (width > side || height > side)
      throw new Error(`A texture of ${width} x ${height} is too large for this device (${side} x ${side}).`);
    const handle = gl.createTexture();
    gl.bindTexture(kind, handle);
    gl.texParameteri(kind, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(kind, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    const floats = format === 'quad' ? gl.RGBA32F : gl.R32F;
    if (layers === undefined) gl.texStorage2D(kind, 1, floats, width, height);
    else gl.texStorage3D(kind, 1, floats, width, height, layers);
    const texture = { handle, width, height, format, ...(layers === undefined ? {} : { layers }) };
    if (numbers !== undefined) this.write(texture, numbers);
    return texture;
  }

  /** Overwrites a texture, or the part of it that `at` says, row by row. */
  write(texture: Texture, numbers: Float32Array, at: Rectangle = { x: 0, y: 0, ...texture }): void {
    const { gl } = this;
    const expected = at.width * at.height * FLOATS[texture.format];
    if (numbers.length < expected)
      throw new Error(`${at.width} x ${at.height} texels take ${expected} numbers, not ${numbers.length}.`);
    gl.bindTexture(gl.TEXTURE_2D, texture.handle);
    const format = texture.format === 'quad' ? gl.RGBA : gl.RED;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, at.x, at.y, at.width, at.height, format, gl.FLOAT, numbers);
  }

  /** @throws Error where the device can't render into these textures together */
  target(textures: readonly Texture[]): Target {
    const { gl } = this;
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    const attachments = textures.map((_, k) => gl.COLOR_ATTACHMENT0 + k);
    for (const [k, { handle, layer }] of textures.entries())
      if (layer === undefined)
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + k, gl.TEXTURE_2D, handle, 0);
      else gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + k, handle, 0, layer);
    gl.drawBuffers(attachments);
    const status = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
    if (status !== gl.FRAMEBUFFER_COMPLETE)
      throw new Error(`This device can't render into ${textures.length} textures of floats (${status}).`);
    return { framebuffer, textures };
  }

  /** @throws Error where the program doesn't compile here, or reads a uniform that isn't given */
  draw({ program, target, at, uniforms }: Draw): void {
    const { gl } = this;
    const inputs = inputsOf(gl, program);
    gl.useProgram(program.handle);
    gl.bindVertexArray(this.#corners);
    for (const { name, set } of inputs) {
      const value = uniforms[name];
      if (value === undefined) throw new Error(`a program reads the uniform ${name}, which isn't given`);
      set(value);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(at.x, at.y, at.width, at.height);
    gl.scissor(at.x, at.y, at.width, at.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** Waits for the device. What is read through a target's k-th texture, four floats a texel whatever its format. */
  read(target: Target, at: Rectangle, k = 0): Float32Array {
    const { gl } = this;
    const numbers = new Float32Array(4 * at.width * at.height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.readBuffer(gl.COLOR_ATTACHMENT0 + k);
    // Of all formats only this one is promised for floats.
    gl.readPixels(at.x, at.y, at.width, at.height, gl.RGBA, gl.FLOAT, numbers);
    return numbers;
  }

  delete(...made: readonly (Texture | Target)[]): void {
    for (const thing of made)
      if ('framebuffer' in thing) this.gl.deleteFramebuffer(thing.framebuffer);
      else this.gl.deleteTexture(thing.handle);
  }
}

const devices = new WeakMap<WebGL2RenderingContext, Device>();

/** The device on a context, always the same one; or why it can't train. */
export function deviceOn(gl: WebGL2RenderingContext): Device | Refusal {
  const known = devices.get(gl);
  if (known !== undefined) return known;
  if (gl.getExtension('EXT_color_buffer_float') === null)
    return { reason: 'float16-only', detail: 'EXT_color_buffer_float is missing' };
  for (const capability of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.BLEND, gl.DITHER]) gl.disable(capability);
  // As tfjs has it on its own context: a draw writes nothing beyond its rectangle.
  gl.enable(gl.SCISSOR_TEST);
  const device = new Device(gl);
  const found = halves(device);
  if (found !== undefined) return found;
  devices.set(gl, device);
  return device;
}

/** Beyond 16-bit floats by size, by digits and by smallness. */
const TELLING = [1 + 2 ** -23, 3e30, -1e-30, 16_777_215] as const;

/** Draws numbers that half floats don't have, into both formats; says what came back where it is something else. */
function halves(device: Device): Refusal | undefined {
  for (const format of ['number', 'quad'] as const) {
    const extent = { width: 1, height: 1 };
    const from = device.texture(extent, 'quad', Float32Array.from(TELLING));
    const to = device.texture(extent, format);
    try {
      const target = device.target([to]);
      const program = device.program(`
uniform sampler2D source;
out vec4 result;
void main() { result = texelFetch(source, ivec2(0), 0); }`);
      device.draw({ program, target, at: { x: 0, y: 0, ...extent }, uniforms: { source: from } });
      const read = device.read(target, { x: 0, y: 0, ...extent }).subarray(0, FLOATS[format]);
      device.delete(target);
      if (read.some((number, k) => number !== Math.fround(TELLING[k] ?? 0)))
        return { reason: 'float16-only', detail: `drew ${TELLING.join(', ')} and read ${read.join(', ')}` };
    } catch (fault) {
      return { reason: 'float16-only', detail: fault instanceof Error ? fault.message : String(fault) };
    } finally {
      device.delete(from, to);
    }
  }
  return undefined;
}
