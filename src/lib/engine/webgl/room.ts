import type { Device } from './device.ts';
import type { Room } from './part.ts';
import type { Extent } from './rows.ts';
import { FLOATS, type Format, type Target, type Texture } from './texture.ts';

/** A room on a device. */
export interface DeviceRoom extends Room {
  readonly device: Device;
  /** Bytes of the textures in it. */
  readonly bytes: number;
  /** Frees all that it made. */
  dispose(): void;
}

const bytesOf = ({ width, height, layers = 1 }: Extent, format: Format): number =>
  Float32Array.BYTES_PER_ELEMENT * FLOATS[format] * width * height * layers;

export function roomOn(device: Device): DeviceRoom {
  const made: (Texture | Target)[] = [];
  let bytes = 0;
  return {
    device,
    get bytes() {
      return bytes;
    },
    texture(extent, format) {
      const texture = device.texture(extent, format);
      made.push(texture);
      bytes += bytesOf(extent, format);
      return texture;
    },
    target(textures) {
      const target = device.target(textures);
      made.push(target);
      return target;
    },
    dispose() {
      device.delete(...made.splice(0));
      bytes = 0;
    },
  };
}

const nothing = (): never => {
  throw new Error('an empty room has no device to draw on');
};

/** What a graphics chip grants at least, of those that people have: of WebGL 2 itself only a quarter of the side. */
const USUAL = { side: 8192, outputs: 4 };

/**
 * A room in which a model is built only to see whether it can be, and how much it takes: it counts, and makes nothing.
 */
export function emptyRoom({ side, outputs }: Pick<Device, 'side' | 'outputs'> = USUAL): Room & {
  readonly bytes: number;
} {
  let bytes = 0;
  return {
    device: {
      side,
      outputs,
      program: (source) => ({ handle: {}, inputs: undefined, shaders: [], source }),
      draw: nothing,
      write: nothing,
    },
    get bytes() {
      return bytes;
    },
    texture(extent, format) {
      const { width, height } = extent;
      if (width > side || height > side)
        throw new Error(
          `A texture of ${width} x ${height} is too large for this device (${side} x ${side}).`,
        );
      bytes += bytesOf(extent, format);
      return { handle: {}, ...extent, format };
    },
    target: (textures) => ({ framebuffer: {}, textures }),
  };
}
