import { EngineLost } from '../lost.ts';
import type { Device } from './device.ts';
import { FLOATS, type Rectangle, type Target } from './texture.ts';

export const LOST =
  'The browser took the graphics context away. Build a new learner, and go on from the last state.';

/** Between two looks at whether the device has got so far, in milliseconds. */
const PATIENCE = 1;

/** @throws EngineLost where the context is gone */
export function checkContext({ gl }: Device): void {
  if (gl.isContextLost()) throw new EngineLost(LOST);
}

/**
 * Reads a part of a target's k-th texture without keeping anybody waiting: the device copies it once it has drawn what
 * was asked of it before, and the host looks now and then whether it has.
 *
 * @returns the floats, as many a texel as the texture has
 * @throws EngineLost
 */
export async function readLater(device: Device, target: Target, at: Rectangle, k = 0): Promise<Float32Array> {
  checkContext(device);
  const { gl } = device;
  // Of all formats only this one is promised for floats.
  const floats = new Float32Array(4 * at.width * at.height);
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
  gl.bufferData(gl.PIXEL_PACK_BUFFER, floats.byteLength, gl.STREAM_READ);
  gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
  gl.readBuffer(gl.COLOR_ATTACHMENT0 + k);
  gl.readPixels(at.x, at.y, at.width, at.height, gl.RGBA, gl.FLOAT, 0);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  try {
    checkContext(device);
    while (fence !== null && gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      checkContext(device);
    }
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, floats);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    checkContext(device);
  } finally {
    gl.deleteSync(fence);
    gl.deleteBuffer(buffer);
  }
  const channels = FLOATS[target.textures[k]?.format ?? 'quad'];
  return channels === 4 ? floats : floats.filter((_, place) => place % 4 < channels);
}
