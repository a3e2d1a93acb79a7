/**
 * exp and what rests on it, four floats at a time. The way is always the same: reduce the argument to a short range
 * by an identity that costs little, take a polynomial there (fitted to the smallest largest relative error; the
 * figures stand beside each), and put the parts together so that nothing nearly equal is subtracted.
 */
import { multiplyAdd } from './lanes';

@inline
const LOG2_E: f32 = 1.4426950408889634;
/** log 2 in two parts: n times the first is exact for the n that occur, so that x - n log 2 keeps its digits. */
@inline
const LOG_2_HIGH: f32 = 0.693359375;
@inline
const LOG_2_LOW: f32 = -2.12194440e-4;
/** 1.5 * 2²³: a float of this size has no fraction, so adding it rounds, and its low bits are the integer. */
@inline
const ROUND: f32 = 12582912.0;
@inline
const SIGN: i32 = 0x80000000;

@inline
function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** ROUND + n, where x = n log 2 + r and |r| <= log(2) / 2. */
@inline
function roundedPower(x: v128): v128 {
  return multiplyAdd(x, splat(LOG2_E), splat(ROUND));
}

/** r of `roundedPower`, from n. */
@inline
function remainder(x: v128, n: v128): v128 {
  return multiplyAdd(n, splat(-LOG_2_LOW), multiplyAdd(n, splat(-LOG_2_HIGH), x));
}

/** eʳ - 1 for |r| <= log(2) / 2, within 1.4e-8 of itself: near zero as exact as r. */
@inline
function shortExpm1(r: v128): v128 {
  let p = splat(0.0013882507337257266);
  p = multiplyAdd(p, r, splat(0.008366580121219158));
  p = multiplyAdd(p, r, splat(0.04166720062494278));
  p = multiplyAdd(p, r, splat(0.1666654348373413));
  p = multiplyAdd(p, r, splat(0.4999999701976776));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** 2ⁿ from ROUND + n, for n from -127 (gives 0) to 128 (gives infinity). */
@inline
function powerOfTwo(rounded: v128): v128 {
  // The exponent's field starts at bit 23 with 127 for 2⁰; what the shift pushes out is ROUND's own.
  return i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
}

/** eˣ: over 3.4e38 infinity, under 1.4e-45 zero, and subnormal between 1.2e-38 and that. */
@inline
export function exp(given: v128): v128 {
  const x = f32x4.max(f32x4.min(given, splat(89)), splat(-104));
  const rounded = roundedPower(x);
  const n = f32x4.sub(rounded, splat(ROUND));
  const p = shortExpm1(remainder(x, n));
  // n reaches from -150 to 128, further than one float's exponent: so in two halves.
  const whole = i32x4.sub(rounded, i32x4.splat(0x4b400000));
  const half = i32x4.shr_s(whole, 1);
  const one = i32x4.splat(127);
  const a = i32x4.shl(i32x4.add(half, one), 23);
  const b = i32x4.shl(i32x4.add(i32x4.sub(whole, half), one), 23);
  return f32x4.mul(multiplyAdd(p, a, a), b);
}

/** eˣ where a result under 1.2e-38 may be zero and one over 2.4e38 infinity: cheaper than `exp`. */
@inline
function shortRangedExp(given: v128): v128 {
  const x = f32x4.max(f32x4.min(given, splat(88.7)), splat(-88));
  const rounded = roundedPower(x);
  const p = shortExpm1(remainder(x, f32x4.sub(rounded, splat(ROUND))));
  // Not p 2ⁿ + 2ⁿ as in `exp`: where 2ⁿ is infinite and p below 0, that would be no number.
  return f32x4.mul(f32x4.add(p, splat(1)), powerOfTwo(rounded));
}

/** 1 / (1 + e⁻ˣ). Far left the exponential is infinite and the quotient 0; far right it is 0 and the quotient 1. */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), shortRangedExp(f32x4.neg(x))));
}

/**
 * tanh |x| = m / (m + 2) with m = e^2|x| - 1 = 2ⁿ (eʳ - 1) + (2ⁿ - 1): near zero n is 0 and m as exact as x.
 * From 9.02 on a float's tanh is 1, so 10 is far enough.
 */
@inline
export function tanh(given: v128): v128 {
  const magnitude = f32x4.min(f32x4.abs(given), splat(10));
  const x = f32x4.add(magnitude, magnitude);
  const rounded = roundedPower(x);
  const power = powerOfTwo(rounded);
  const p = shortExpm1(remainder(x, f32x4.sub(rounded, splat(ROUND))));
  const m = multiplyAdd(p, power, f32x4.sub(power, splat(1)));
  const value = f32x4.div(m, f32x4.add(m, splat(2)));
  return v128.or(value, v128.and(given, i32x4.splat(SIGN)));
}

/**
 * log(1 + f) for f from √½ - 1 to 1: with s = f / (2 + f) it is 2 artanh s = 2 s + s R(s²). Written
 * f - f²/2 + s (f²/2 + R), because f is exact and 2 s is not. R(z) / z is fitted on [0, 1/9].
 */
@inline
function shortLog1p(f: v128): v128 {
  const s = f32x4.div(f, f32x4.add(f, splat(2)));
  const z = f32x4.mul(s, s);
  let r = splat(0.2802446484565735);
  r = multiplyAdd(r, z, splat(0.27999138832092285));
  r = multiplyAdd(r, z, splat(0.4002169966697693));
  r = multiplyAdd(r, z, splat(0.6666641235351562));
  const half = f32x4.mul(f32x4.mul(f, f), splat(0.5));
  return f32x4.sub(f, f32x4.sub(half, f32x4.mul(s, multiplyAdd(r, z, half))));
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|): the exponential never exceeds 1. */
@inline
export function softplus(x: v128): v128 {
  const u = shortRangedExp(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.max(x, splat(0)), shortLog1p(u));
}

/** log x = n log 2 + log m with m from √½ to √2. */
@inline
export function log(given: v128): v128 {
  // Subnormals have no leading bit: 2²³ times as large, they do.
  const small = f32x4.lt(given, splat(1.1754944e-38));
  const x = v128.bitselect(f32x4.mul(given, splat(8388608)), given, small);
  // Counted from √½'s bits, the exponent's field says how often to halve so that m falls into its range.
  const over = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const n = i32x4.shr_s(over, 23);
  const m = i32x4.sub(x, i32x4.shl(n, 23));
  const count = f32x4.sub(f32x4.convert_i32x4_s(n), v128.and(small, splat(23)));
  const short = shortLog1p(f32x4.sub(m, splat(1)));
  const value = multiplyAdd(count, splat(LOG_2_HIGH), multiplyAdd(count, splat(LOG_2_LOW), short));
  // Not a positive finite number: infinity and NaN are their own logarithms, 0 has -infinity, below there is none.
  const special = v128.bitselect(
    given,
    v128.bitselect(splat(-Infinity), splat(NaN), f32x4.eq(given, splat(0))),
    v128.or(f32x4.gt(given, splat(0)), f32x4.ne(given, given)),
  );
  const finite = v128.and(f32x4.gt(given, splat(0)), f32x4.lt(given, splat(Infinity)));
  return v128.bitselect(value, special, finite);
}
