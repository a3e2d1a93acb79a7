import type { BinaryOperation, UnaryOperation } from '../plan/plan.ts';

/**
 * The element-wise operations in GLSL, with the meaning that `equations/operations.ts` gives them. GLSL promises
 * little about its own: exp may lose a bit for each doubling of its argument and may make infinity of NaN, log loses
 * all digits near 1, tanh overflows on some drivers. So they are made of sums and products here (the polynomials are
 * Cephes's expf and logf), to a few units in the last place on every device; whatever branches is written out; and NaN
 * is told by its bits, which no optimiser argues away.
 */
export const FUNCTIONS = `
bool isNumber(float a) { return (floatBitsToUint(a) & 0x7fffffffu) <= 0x7f800000u; }
float powerOfTwo(int n) { return uintBitsToFloat(uint(n + 127) << 23); }
// a = n log 2 + r, with log 2 in two parts of which the first has few bits; e^a = 2^n e^r.
float expOf(float a) {
  if (!isNumber(a)) return a;
  float within = clamp(a, -104.0, 89.0);
  float n = floor(within * 1.44269504 + 0.5);
  float r = within - n * 0.693359375 + n * 2.12194440e-4;
  float p = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  int half_n = int(n) >> 1;
  return (p * r * r + r + 1.0) * powerOfTwo(half_n) * powerOfTwo(int(n) - half_n);
}
// log(1 + d) for a d from sqrt(1/2) - 1 to sqrt(2) - 1.
float logNearOne(float d) {
  float p = 7.0376836292e-2;
  p = p * d - 1.1514610310e-1;
  p = p * d + 1.1676998740e-1;
  p = p * d - 1.2420140846e-1;
  p = p * d + 1.4249322787e-1;
  p = p * d - 1.6668057665e-1;
  p = p * d + 2.0000714765e-1;
  p = p * d - 2.4999993993e-1;
  p = p * d + 3.3333331174e-1;
  return p * d * d * d - 0.5 * d * d + d;
}
float logOf(float a) {
  if (a == 0.0) return uintBitsToFloat(0xff800000u);
  if (!(a > 0.0)) return uintBitsToFloat(0x7fc00000u);
  uint bits = floatBitsToUint(a);
  if (bits == 0x7f800000u) return a;
  // a = m 2^n with m from sqrt(1/2) to sqrt(2).
  int n = int((bits - 0x3f3504f3u) >> 23) - (bits < 0x3f3504f3u ? 512 : 0);
  float m = uintBitsToFloat(bits - (uint(n) << 23));
  return logNearOne(m - 1.0) - float(n) * 2.12194440e-4 + float(n) * 0.693359375;
}
float sigmoidOf(float a) {
  float e = expOf(-abs(a));
  return a >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}
// Near 0, where 1 - e would lose digits, the series.
float tanhOf(float a) {
  float s = a * a;
  if (s < 0.0625)
    return a + a * s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0 - s * 1382.0 / 155925.0))));
  float e = expOf(-2.0 * abs(a));
  float y = (1.0 - e) / (1.0 + e);
  return a >= 0.0 ? y : -y;
}
float reluOf(float a) { return a < 0.0 ? 0.0 : a; }
// max(a, 0) + log(1 + e); where e is large, 1 + e = 2 (1 + (e - 1) / 2).
float softplusOf(float a) {
  float e = expOf(-abs(a));
  float more = e < 0.41 ? logNearOne(e) : logNearOne(0.5 * e - 0.5) + 0.69314718;
  return reluOf(a) + more;
}
float sqrtOf(float a) {
  if (a > 0.0) return sqrt(a);
  return a == 0.0 ? a : uintBitsToFloat(0x7fc00000u);
}
float signOf(float a) { return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a; }
float maxOf(float a, float b) { return !isNumber(a) || a > b ? a : b; }
float minOf(float a, float b) { return !isNumber(a) || a < b ? a : b; }
`;

/** THE table: each operation as an expression over its operands, which are names or numbers. */
export const UNARY: Readonly<Record<UnaryOperation | 'copy', (a: string) => string>> = {
  copy: (a) => a,
  neg: (a) => `-(${a})`,
  sigmoid: (a) => `sigmoidOf(${a})`,
  tanh: (a) => `tanhOf(${a})`,
  relu: (a) => `reluOf(${a})`,
  softplus: (a) => `softplusOf(${a})`,
  exp: (a) => `expOf(${a})`,
  log: (a) => `logOf(${a})`,
  sqrt: (a) => `sqrtOf(${a})`,
  abs: (a) => `abs(${a})`,
  positive: (a) => `(${a} > 0.0 ? 1.0 : 0.0)`,
  sign: (a) => `signOf(${a})`,
};

export const BINARY: Readonly<Record<BinaryOperation, (a: string, b: string) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  max: (a, b) => `maxOf(${a}, ${b})`,
  min: (a, b) => `minOf(${a}, ${b})`,
  atLeast: (a, b) => `(${a} >= ${b} ? 1.0 : 0.0)`,
  atMost: (a, b) => `(${a} <= ${b} ? 1.0 : 0.0)`,
  sigmoidBack: (a, b) => `${a} * (${b} * (1.0 - ${b}))`,
  tanhBack: (a, b) => `${a} * (1.0 - ${b} * ${b})`,
};

/** A number as GLSL writes it, in parentheses where it has a sign; what float32 has no decimals for, by its bits. */
export function literal(value: number): string {
  const single = Math.fround(value);
  if (Number.isFinite(single) && (single === 0 || Math.abs(single) >= 2 ** -126)) {
    const text = String(single);
    const spelled = /[.e]/.test(text) ? text : `${text}.0`;
    return single < 0 ? `(${spelled})` : Object.is(single, -0) ? '(-0.0)' : spelled;
  }
  const bits = new Uint32Array(Float32Array.of(single).buffer)[0] ?? 0;
  return `uintBitsToFloat(0x${bits.toString(16)}u)`;
}
