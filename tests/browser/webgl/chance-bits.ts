import { mix } from '../../../src/lib/engine/chance.ts';
import { CHANCE } from '../../../src/lib/engine/webgl/chance.ts';
import { Device, deviceOn } from '../../../src/lib/engine/webgl/device.ts';

const ACROSS = 64;

/** Of the hash of so many elements under each key: how many differ from the host's in any bit. */
export function wrongBits(keys: readonly number[]): number {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const device = gl && deviceOn(gl);
  if (!(device instanceof Device)) throw new Error('no device');
  const extent = { width: ACROSS, height: ACROSS };
  const target = device.target([device.texture(extent, 'quad')]);
  const program = device.program(`
uniform uint key, from;
out vec4 result;
${CHANCE}
void main() {
  uint bits = mixed(key + from + uint(gl_FragCoord.y) * ${ACROSS}u + uint(gl_FragCoord.x));
  result = vec4(float(bits & 0xffffu), float(bits >> 16), 0.0, 0.0);
}`);
  const at = { x: 0, y: 0, ...extent };
  let wrong = 0;
  for (const key of keys)
    for (const from of [0, 2 ** 26]) {
      device.draw({ program, target, at, uniforms: { key, from } });
      const read = device.read(target, at);
      for (let index = 0; index < ACROSS * ACROSS; index++) {
        const bits = (read[4 * index] ?? 0) + 65536 * (read[4 * index + 1] ?? 0);
        if (bits !== mix(key + from + index)) wrong++;
      }
    }
  return wrong;
}
