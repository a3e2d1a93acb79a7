import type { BinaryOperation, UnaryOperation } from '../plan/plan.ts';

/**
 * The element-wise operations in GLSL, with the meaning that `equations/operations.ts` gives them. GLSL promises
 * nothing about NaN and leaves tanh to drivers, some of which overflow; so whatever branches is written out, and NaN
 * is told by its bits, which no optimiser argues away.
 */
export const FUNCTIONS = `
bool isNumber(float a) { return (floatBitsToUint(a) & 0x7fffffffu) <= 0x7f800000u; }
float sigmoidOf(float a) {
  float e = exp(-abs(a));
  return a >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}
// Near 0, where 1 - e would lose digits, the series.
float tanhOf(float a) {
  float s = a * a;
  if (s < 0.0625)
    return a + a * s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0 - s * 1382.0 / 155925.0))));
  float e = exp(-2.0 * abs(a));
  float y = (1.0 - e) / (1.0 + e);
  return a >= 0.0 ? y : -y;
}
float reluOf(float a) { return a < 0.0 ? 0.0 : a; }
// max(a, 0) + log(1 + e); of a small e the logarithm's series.
float softplusOf(float a) {
  float e = exp(-abs(a));
  return reluOf(a) + (e < 0.01 ? e * (1.0 - e * (0.5 - e * (1.0 / 3.0 - e * 0.25))) : log(1.0 + e));
}
float logOf(float a) {
  if (a > 0.0) return log(a);
  return a == 0.0 ? uintBitsToFloat(0xff800000u) : uintBitsToFloat(0x7fc00000u);
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
  exp: (a) => `exp(${a})`,
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
