/**
 * Dropout. What is dropped follows from the key and the element's index alone, by the hash of `chance.ts`, here for
 * four elements at once; so nothing is kept for the way back, which asks the hash again.
 */
import { loadSome, storeSome } from './lanes';
import {
  KEEP_A,
  KEEP_A_ROW,
  KEEP_BATCH,
  KEEP_COLUMNS,
  KEEP_EXAMPLE_STRIDE,
  KEEP_FIRST,
  KEEP_KEY,
  KEEP_LIMIT,
  KEEP_OUT,
  KEEP_OUT_ROW,
  KEEP_ROWS,
  KEEP_SCALE,
  KEEP_STEP_STRIDE,
} from './opcodes';

const FIRST_FACTOR = memory.data<u32>([0x7feb352d]);
const SECOND_FACTOR = memory.data<u32>([0x846ca68b]);
const LANES = memory.data<u32>([0, 1, 2, 3]);

/** `mix` of chance.ts. */
@inline
function mix(bits: v128): v128 {
  let x = v128.xor(bits, i32x4.shr_u(bits, 16));
  x = i32x4.mul(x, v128.load32_splat(FIRST_FACTOR));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, v128.load32_splat(SECOND_FACTOR));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** scale a where the element stays, else 0: also where a is not a number. */
@inline
function kept(a: v128, bits: v128, limit: v128, scale: v128): v128 {
  return v128.and(f32x4.mul(a, scale), i32x4.ge_u(mix(bits), limit));
}

export function keep(at: usize): void {
  const columns = load<i32>(at, KEEP_COLUMNS);
  const outRow = load<usize>(at, KEEP_OUT_ROW);
  const aRow = load<usize>(at, KEEP_A_ROW);
  const key = load<u32>(load<usize>(at, KEEP_KEY));
  const first = load<u32>(load<usize>(at, KEEP_FIRST));
  const batch = load<i32>(at, KEEP_BATCH);
  const exampleStride = load<u32>(at, KEEP_EXAMPLE_STRIDE);
  const stepStride = load<u32>(at, KEEP_STEP_STRIDE);
  const limit = v128.load32_splat(at, KEEP_LIMIT);
  const scale = v128.load32_splat(at, KEEP_SCALE);
  const four = i32x4.splat(4);
  let out = load<usize>(at, KEEP_OUT);
  let a = load<usize>(at, KEEP_A);
  let step: u32 = key + first * exampleStride;
  let index = step;
  let left = batch;
  for (let rows = load<i32>(at, KEEP_ROWS); rows > 0; rows--, out += outRow, a += aRow) {
    let bits = i32x4.add(i32x4.splat(index), v128.load(LANES));
    const end = out + (columns & ~3) * 4;
    let to = out;
    let from = a;
    for (; to < end; to += 16, from += 16) {
      v128.store(to, kept(v128.load(from), bits, limit, scale));
      bits = i32x4.add(bits, four);
    }
    const rest = columns & 3;
    if (rest) storeSome(to, kept(loadSome(from, rest), bits, limit, scale), rest);
    index += exampleStride;
    if (--left == 0) {
      left = batch;
      step += stepStride;
      index = step;
    }
  }
}
