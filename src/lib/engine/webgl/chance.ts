/**
 * `chance.ts` in GLSL: 32-bit unsigned arithmetic wraps there as it does in `Math.imul` and `>>> 0`. The key of a
 * dropout and its threshold are computed on the host and come as uniforms.
 */
export const CHANCE = `
uint mixed(uint x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}
/** 1 / (1 - rate) where the element stays, 0 where it is dropped. */
float kept(uint key, uint index, uint limit, float scale) {
  return mixed(key + index) >= limit ? scale : 0.0;
}
`;
