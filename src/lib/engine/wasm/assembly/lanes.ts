/** Four floats at a time, and what is needed at the edges, where there are fewer. */

/**
 * a b + c. Where the binary is built for relaxed SIMD it is one instruction, rounded once on machines that can; else
 * two, rounded twice. Nothing may rest on which.
 */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The first `count` (1 to 3) floats at `from`, zeros after them; reads nothing beyond. */
export function loadSome(from: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(from);
  const two = v128.load64_zero(from);
  return count == 2 ? two : v128.load_lane<f32>(from + 8, two, 2);
}

/** Writes the first `count` (1 to 3) floats of `value` and nothing beyond. */
export function storeSome(to: usize, value: v128, count: i32): void {
  if (count == 1) {
    v128.store_lane<f32>(to, value, 0);
    return;
  }
  v128.store_lane<f64>(to, value, 0);
  if (count == 3) v128.store_lane<f32>(to + 8, value, 2);
}

/** The sum of the four lanes, always in the same order. */
@inline
export function sumLanes(a: v128): f32 {
  return (
    f32x4.extract_lane(a, 0) +
    f32x4.extract_lane(a, 2) +
    (f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 3))
  );
}

/** One to four floats, zeros after them. */
@inline
export function loadFew(from: usize, count: i32): v128 {
  return count == 4 ? v128.load(from) : loadSome(from, count);
}

/** Writes one to four floats. */
@inline
export function storeFew(to: usize, value: v128, count: i32): void {
  if (count == 4) v128.store(to, value);
  else storeSome(to, value, count);
}
