/**
 * exp and what rests on it, four floats at a time. The way is always the same: reduce the argument to a short range
 * by an identity that costs little, take a polynomial there (fitted to the smallest largest relative error; the
 * figures stand beside each), and put the parts together so that nothing nearly equal is subtracted.
 *
 * Constants live in memory. Written into the code, each use would be built from an integer register, three machine
 * instructions for one load, and the sigmoid would take half as long again.
 */
import { multiplyAdd } from './lanes';

const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const HALF = memory.data<f32>([0.5]);
const SIGN = memory.data<u32>([0x80000000]);
const LOG2_E = memory.data<f32>([1.4426950408889634]);
/** -log 2 in two parts: n times the first is exact for the n that occur, so that x - n log 2 keeps its digits. */
const MINUS_LOG_2_HIGH = memory.data<f32>([-0.693359375]);
const MINUS_LOG_2_LOW = memory.data<f32>([2.1219444e-4]);
/** 1.5 · 2²³: a float of this size has no fraction, so adding it rounds, and its low bits are the integer. */
const ROUND = memory.data<f32>([12582912]);
const ROUND_BITS = memory.data<i32>([0x4b400000]);
/** What stands in a float's exponent for 2⁰, and where its bits begin. */
const EXPONENT_OF_ONE = memory.data<i32>([127]);
@inline
const EXPONENT_BIT: i32 = 23;

/** A constant, four times. */
@inline
function four(place: usize): v128 {
  return v128.load32_splat(place);
}

/** The number nearer to zero than `limit` allows, of a and limit; NaN stays. */
@inline
function atMost(a: v128, limit: usize): v128 {
  return f32x4.pmin(a, four(limit));
}

@inline
function atLeast(a: v128, limit: usize): v128 {
  return f32x4.pmax(a, four(limit));
}

/** ROUND + n, where x = n log 2 + r and |r| <= log(2) / 2. */
@inline
function roundedPower(x: v128): v128 {
  return multiplyAdd(x, four(LOG2_E), four(ROUND));
}

/** r, from `roundedPower`. */
@inline
function remainder(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, four(ROUND));
  return multiplyAdd(n, four(MINUS_LOG_2_LOW), multiplyAdd(n, four(MINUS_LOG_2_HIGH), x));
}

const EXP_2 = memory.data<f32>([0.4999999701976776]);
const EXP_3 = memory.data<f32>([0.1666654348373413]);
const EXP_4 = memory.data<f32>([0.04166720062494278]);
const EXP_5 = memory.data<f32>([0.008366580121219158]);
const EXP_6 = memory.data<f32>([0.0013882507337257266]);

/** eʳ - 1 for |r| <= log(2) / 2, within 1.4e-8 of itself: near zero as exact as r. */
@inline
function shortExpm1(r: v128): v128 {
  const square = f32x4.mul(r, r);
  const upper = multiplyAdd(multiplyAdd(four(EXP_6), r, four(EXP_5)), square, multiplyAdd(four(EXP_4), r, four(EXP_3)));
  return multiplyAdd(square, multiplyAdd(upper, r, four(EXP_2)), r);
}

/** 2ⁿ from ROUND + n, for n from -127 (gives 0) to 128 (gives infinity). */
@inline
function powerOfTwo(rounded: v128): v128 {
  // What the shift pushes out is ROUND's own.
  return i32x4.shl(i32x4.add(rounded, four(EXPONENT_OF_ONE)), EXPONENT_BIT);
}

const EXP_LARGEST = memory.data<f32>([89]);
const EXP_SMALLEST = memory.data<f32>([-104]);

/** eˣ: over 3.4e38 infinity, under 1.4e-45 zero, and subnormal between 1.2e-38 and that. */
@inline
export function exp(given: v128): v128 {
  const x = atLeast(atMost(given, EXP_LARGEST), EXP_SMALLEST);
  const rounded = roundedPower(x);
  const p = shortExpm1(remainder(x, rounded));
  // n reaches from -150 to 128, further than one float's exponent: so in two halves.
  const n = i32x4.sub(rounded, four(ROUND_BITS));
  const half = i32x4.shr_s(n, 1);
  const first = i32x4.shl(i32x4.add(half, four(EXPONENT_OF_ONE)), EXPONENT_BIT);
  const second = i32x4.shl(i32x4.add(i32x4.sub(n, half), four(EXPONENT_OF_ONE)), EXPONENT_BIT);
  return f32x4.mul(multiplyAdd(p, first, first), second);
}

const SHORT_LARGEST = memory.data<f32>([88.7]);
const SHORT_SMALLEST = memory.data<f32>([-88]);

/** eˣ where a result under 1.2e-38 may be zero and one over 2.4e38 infinity: cheaper than `exp`. */
@inline
function shortRangedExp(given: v128): v128 {
  const x = atLeast(atMost(given, SHORT_LARGEST), SHORT_SMALLEST);
  const rounded = roundedPower(x);
  // Not p 2ⁿ + 2ⁿ as in `exp`: where 2ⁿ is infinite and p below 0, that would be no number.
  return f32x4.mul(f32x4.add(shortExpm1(remainder(x, rounded)), four(ONE)), powerOfTwo(rounded));
}

/** 1 / (1 + e⁻ˣ). Far left the exponential is infinite and the quotient 0; far right it is 0 and the quotient 1. */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(four(ONE), f32x4.add(four(ONE), shortRangedExp(f32x4.neg(x))));
}

/** From here on a float's tanh is 1; it is so from 9.02. */
const TANH_LARGEST = memory.data<f32>([10]);

/** tanh |x| = m / (m + 2) with m = e^2|x| - 1 = 2ⁿ (eʳ - 1) + (2ⁿ - 1): near zero n is 0 and m as exact as x. */
@inline
export function tanh(given: v128): v128 {
  const magnitude = atMost(f32x4.abs(given), TANH_LARGEST);
  const x = f32x4.add(magnitude, magnitude);
  const rounded = roundedPower(x);
  const power = powerOfTwo(rounded);
  const m = multiplyAdd(shortExpm1(remainder(x, rounded)), power, f32x4.sub(power, four(ONE)));
  const value = f32x4.div(m, f32x4.add(m, four(TWO)));
  return v128.or(value, v128.and(given, four(SIGN)));
}

const LOG_1 = memory.data<f32>([0.6666641235351562]);
const LOG_2 = memory.data<f32>([0.4002169966697693]);
const LOG_3 = memory.data<f32>([0.27999138832092285]);
const LOG_4 = memory.data<f32>([0.2802446484565735]);

/**
 * log(1 + f) for f from √½ - 1 to 1: with s = f / (2 + f) it is 2 artanh s = 2 s + s R(s²). Written
 * f - (f²/2 - s (f²/2 + R)), because f is exact and 2 s is not. R(z) is fitted on [0, 1/9], within 1e-8 of itself.
 */
@inline
function shortLog1p(f: v128): v128 {
  const s = f32x4.div(f, f32x4.add(f, four(TWO)));
  const z = f32x4.mul(s, s);
  let r = multiplyAdd(four(LOG_4), z, four(LOG_3));
  r = multiplyAdd(r, z, four(LOG_2));
  r = multiplyAdd(r, z, four(LOG_1));
  const half = f32x4.mul(f32x4.mul(f, f), four(HALF));
  return f32x4.sub(f, f32x4.sub(half, f32x4.mul(s, multiplyAdd(r, z, half))));
}

/** log(1 + u) for u from 0 to 1; NaN stays. */
export function log1pOfShare(u: f32): f32 {
  return f32x4.extract_lane(shortLog1p(f32x4.splat(u)), 0);
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|): the exponential never exceeds 1. */
@inline
export function softplus(x: v128): v128 {
  const u = shortRangedExp(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), shortLog1p(u));
}

const LEAST_NORMAL = memory.data<f32>([1.1754944e-38]);
const TWO_23 = memory.data<f32>([8388608]);
const TWENTY_THREE = memory.data<f32>([23]);
/** √½ as an integer. */
const ROOT_HALF_BITS = memory.data<i32>([0x3f3504f3]);
const INFINITY = memory.data<f32>([Infinity]);
const MINUS_INFINITY = memory.data<f32>([-Infinity]);
const NOT_A_NUMBER = memory.data<f32>([NaN]);

/** log x = n log 2 + log m with m from √½ to √2. */
@inline
export function log(given: v128): v128 {
  // Subnormals have no leading bit: 2²³ times as large, they do.
  const small = f32x4.lt(given, four(LEAST_NORMAL));
  const x = v128.bitselect(f32x4.mul(given, four(TWO_23)), given, small);
  // Counted from √½'s bits, the exponent's field says how often to halve so that m falls into its range.
  const halvings = i32x4.shr_s(i32x4.sub(x, four(ROOT_HALF_BITS)), EXPONENT_BIT);
  const m = i32x4.sub(x, i32x4.shl(halvings, EXPONENT_BIT));
  const minusN = f32x4.sub(v128.and(small, four(TWENTY_THREE)), f32x4.convert_i32x4_s(halvings));
  const short = shortLog1p(f32x4.sub(m, four(ONE)));
  const value = multiplyAdd(minusN, four(MINUS_LOG_2_HIGH), multiplyAdd(minusN, four(MINUS_LOG_2_LOW), short));
  // Not a positive finite number: infinity and NaN are their own logarithms, 0 has -infinity, below there is none.
  const zero = f32x4.splat(0);
  const positive = f32x4.gt(given, zero);
  const special = v128.bitselect(
    given,
    v128.bitselect(four(MINUS_INFINITY), four(NOT_A_NUMBER), f32x4.eq(given, zero)),
    v128.or(positive, f32x4.ne(given, given)),
  );
  return v128.bitselect(value, special, v128.and(positive, f32x4.lt(given, four(INFINITY))));
}
