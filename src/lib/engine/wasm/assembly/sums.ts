/** Sums over a block, always in the same order, so that a run repeats itself to the last bit. */
import { loadFew, loadSome, multiplyAdd, storeFew, sumLanes } from './lanes';
import { SUM_A, SUM_A_ROW, SUM_ACCUMULATE, SUM_COLUMNS, SUM_OUT, SUM_OUT_ROW, SUM_ROWS } from './opcodes';

/** out [1, columns] (+)= all rows, the first first. */
export function columnSums(at: usize): void {
  const rows = load<i32>(at, SUM_ROWS);
  const aRow = load<usize>(at, SUM_A_ROW);
  const accumulate = load<i32>(at, SUM_ACCUMULATE);
  let out = load<usize>(at, SUM_OUT);
  let a = load<usize>(at, SUM_A);
  let columns = load<i32>(at, SUM_COLUMNS);
  // Sixteen columns are one line of the cache: what a row brings in is used at once.
  for (; columns >= 16; columns -= 16, out += 64, a += 64) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let from = a;
    for (let row: i32 = 0; row < rows; row++, from += aRow) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
    }
    v128.store(out, accumulate ? f32x4.add(v128.load(out), s0) : s0);
    v128.store(out, accumulate ? f32x4.add(v128.load(out, 16), s1) : s1, 16);
    v128.store(out, accumulate ? f32x4.add(v128.load(out, 32), s2) : s2, 32);
    v128.store(out, accumulate ? f32x4.add(v128.load(out, 48), s3) : s3, 48);
  }
  for (; columns > 0; columns -= 4, out += 16, a += 16) {
    const width = min(columns, 4);
    let sum = f32x4.splat(0);
    let from = a;
    for (let row: i32 = 0; row < rows; row++, from += aRow) sum = f32x4.add(sum, loadFew(from, width));
    if (accumulate) sum = f32x4.add(loadFew(out, width), sum);
    storeFew(out, sum, width);
  }
}

/** out [rows, 1] (+)= each row's sum. */
export function rowSums(at: usize): void {
  const columns = load<i32>(at, SUM_COLUMNS);
  const accumulate = load<i32>(at, SUM_ACCUMULATE);
  const outRow = load<usize>(at, SUM_OUT_ROW);
  const aRow = load<usize>(at, SUM_A_ROW);
  let out = load<usize>(at, SUM_OUT);
  let a = load<usize>(at, SUM_A);
  for (let rows = load<i32>(at, SUM_ROWS); rows > 0; rows--, out += outRow, a += aRow) {
    let sum = f32x4.splat(0);
    let from = a;
    let left = columns;
    for (; left >= 4; left -= 4, from += 16) sum = f32x4.add(sum, v128.load(from));
    if (left) sum = f32x4.add(sum, loadSome(from, left));
    const total = sumLanes(sum);
    store<f32>(out, accumulate ? load<f32>(out) + total : total);
  }
}

/** out [1, 1] (+)= the sum of all squares. A row's sum is its own: long blocks lose fewer digits that way. */
export function sumSquares(at: usize): void {
  const columns = load<i32>(at, SUM_COLUMNS);
  const aRow = load<usize>(at, SUM_A_ROW);
  const out = load<usize>(at, SUM_OUT);
  let a = load<usize>(at, SUM_A);
  let total: f64 = 0;
  for (let rows = load<i32>(at, SUM_ROWS); rows > 0; rows--, a += aRow) {
    let from = a;
    let left = columns;
    while (left > 0) {
      // 1,024 numbers in float32, the parts in float64.
      let s = f32x4.splat(0);
      let t = s;
      const stop = max(left - 1024, 0);
      for (; left >= stop + 8; left -= 8, from += 32) {
        const x = v128.load(from);
        const y = v128.load(from, 16);
        s = multiplyAdd(x, x, s);
        t = multiplyAdd(y, y, t);
      }
      for (; left > stop; ) {
        const width = min(left - stop, 4);
        const x = loadFew(from, width);
        s = multiplyAdd(x, x, s);
        left -= width;
        from += width * 4;
      }
      total += sumLanes(f32x4.add(s, t));
    }
  }
  store<f32>(out, <f32>(load<i32>(at, SUM_ACCUMULATE) ? <f64>load<f32>(out) + total : total));
}
