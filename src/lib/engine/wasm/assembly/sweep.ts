/**
 * Element-wise passes over blocks, written once for each number of operands. A row is done in fours, and what is left
 * of it (1 to 3 columns) with the same code on partly filled lanes, so that a number's value never depends on where
 * it stands. Blocks without gaps arrive here as one long row: the tape's builder sees to that.
 */
import { loadSome, storeSome } from './lanes';
import {
  CHOOSE_C,
  CHOOSE_C_COLUMN,
  CHOOSE_C_ROW,
  MAP_A,
  MAP_A_COLUMN,
  MAP_A_ROW,
  MAP_ACCUMULATE,
  MAP_COLUMNS,
  MAP_OUT,
  MAP_OUT_ROW,
  MAP_ROWS,
  ZIP_B,
  ZIP_B_COLUMN,
  ZIP_B_ROW,
} from './opcodes';

/** Four columns of an operand: four numbers, or one number four times where the columns share it. */
@inline
function loadFour(from: usize, columnStride: usize): v128 {
  return columnStride ? v128.load(from) : v128.load32_splat(from);
}

/** The same for the last one to three columns. */
@inline
function loadRest(from: usize, columnStride: usize, count: i32): v128 {
  return columnStride ? loadSome(from, count) : v128.load32_splat(from);
}

@inline
function storeFour(to: usize, value: v128, accumulate: i32): void {
  v128.store(to, accumulate ? f32x4.add(v128.load(to), value) : value);
}

@inline
function storeRest(to: usize, value: v128, accumulate: i32, count: i32): void {
  storeSome(to, accumulate ? f32x4.add(loadSome(to, count), value) : value, count);
}

/** out (+)= f(a). The forms `zip` and `choose` begin as `map` does, so its offsets serve all three. */
export function sweepMap<F>(at: usize): void {
  const columns = load<i32>(at, MAP_COLUMNS);
  const outRow = load<usize>(at, MAP_OUT_ROW);
  const accumulate = load<i32>(at, MAP_ACCUMULATE);
  const aRow = load<usize>(at, MAP_A_ROW);
  const aColumn = load<usize>(at, MAP_A_COLUMN);
  let out = load<usize>(at, MAP_OUT);
  let a = load<usize>(at, MAP_A);
  // Nearly all passes; without the questions that the others ask at every step.
  const isOrdinary = !accumulate && aColumn != 0;
  for (let rows = load<i32>(at, MAP_ROWS); rows > 0; rows--, out += outRow, a += aRow) {
    const end = out + (columns & ~3) * 4;
    let to = out;
    let from = a;
    if (isOrdinary) {
      for (; to < end; to += 16, from += 16) v128.store(to, changetype<F>(0).apply(v128.load(from)));
    }
    for (; to < end; to += 16, from += aColumn * 4) {
      storeFour(to, changetype<F>(0).apply(loadFour(from, aColumn)), accumulate);
    }
    const rest = columns & 3;
    if (rest) storeRest(to, changetype<F>(0).apply(loadRest(from, aColumn, rest)), accumulate, rest);
  }
}

/** out (+)= f(a, b). */
export function sweepZip<F>(at: usize): void {
  const columns = load<i32>(at, MAP_COLUMNS);
  const outRow = load<usize>(at, MAP_OUT_ROW);
  const accumulate = load<i32>(at, MAP_ACCUMULATE);
  const aRow = load<usize>(at, MAP_A_ROW);
  const aColumn = load<usize>(at, MAP_A_COLUMN);
  const bRow = load<usize>(at, ZIP_B_ROW);
  const bColumn = load<usize>(at, ZIP_B_COLUMN);
  let out = load<usize>(at, MAP_OUT);
  let a = load<usize>(at, MAP_A);
  let b = load<usize>(at, ZIP_B);
  // Nearly all passes; without the questions that the others ask at every step, and two at a time, half as long.
  const isOrdinary = aColumn != 0 && bColumn != 0;
  for (let rows = load<i32>(at, MAP_ROWS); rows > 0; rows--, out += outRow, a += aRow, b += bRow) {
    const end = out + (columns & ~3) * 4;
    let to = out;
    let fromA = a;
    let fromB = b;
    const pairs = isOrdinary ? out + (columns & ~7) * 4 : out;
    if (accumulate) {
      for (; to < pairs; to += 32, fromA += 32, fromB += 32) {
        const first = changetype<F>(0).apply(v128.load(fromA), v128.load(fromB));
        const second = changetype<F>(0).apply(v128.load(fromA, 16), v128.load(fromB, 16));
        v128.store(to, f32x4.add(v128.load(to), first));
        v128.store(to, f32x4.add(v128.load(to, 16), second), 16);
      }
    } else {
      for (; to < pairs; to += 32, fromA += 32, fromB += 32) {
        v128.store(to, changetype<F>(0).apply(v128.load(fromA), v128.load(fromB)));
        v128.store(to, changetype<F>(0).apply(v128.load(fromA, 16), v128.load(fromB, 16)), 16);
      }
    }
    for (; to < end; to += 16, fromA += aColumn * 4, fromB += bColumn * 4) {
      const value = changetype<F>(0).apply(loadFour(fromA, aColumn), loadFour(fromB, bColumn));
      storeFour(to, value, accumulate);
    }
    const rest = columns & 3;
    if (rest) {
      const value = changetype<F>(0).apply(loadRest(fromA, aColumn, rest), loadRest(fromB, bColumn, rest));
      storeRest(to, value, accumulate, rest);
    }
  }
}

/** out (+)= f(a, b, c). */
export function sweepChoose<F>(at: usize): void {
  const columns = load<i32>(at, MAP_COLUMNS);
  const outRow = load<usize>(at, MAP_OUT_ROW);
  const accumulate = load<i32>(at, MAP_ACCUMULATE);
  const aRow = load<usize>(at, MAP_A_ROW);
  const aColumn = load<usize>(at, MAP_A_COLUMN);
  const bRow = load<usize>(at, ZIP_B_ROW);
  const bColumn = load<usize>(at, ZIP_B_COLUMN);
  const cRow = load<usize>(at, CHOOSE_C_ROW);
  const cColumn = load<usize>(at, CHOOSE_C_COLUMN);
  let out = load<usize>(at, MAP_OUT);
  let a = load<usize>(at, MAP_A);
  let b = load<usize>(at, ZIP_B);
  let c = load<usize>(at, CHOOSE_C);
  for (let rows = load<i32>(at, MAP_ROWS); rows > 0; rows--, out += outRow, a += aRow, b += bRow, c += cRow) {
    const end = out + (columns & ~3) * 4;
    let to = out;
    let fromA = a;
    let fromB = b;
    let fromC = c;
    for (; to < end; to += 16, fromA += aColumn * 4, fromB += bColumn * 4, fromC += cColumn * 4) {
      const value = changetype<F>(0).apply(
        loadFour(fromA, aColumn),
        loadFour(fromB, bColumn),
        loadFour(fromC, cColumn),
      );
      storeFour(to, value, accumulate);
    }
    const rest = columns & 3;
    if (rest) {
      const value = changetype<F>(0).apply(
        loadRest(fromA, aColumn, rest),
        loadRest(fromB, bColumn, rest),
        loadRest(fromC, cColumn, rest),
      );
      storeRest(to, value, accumulate, rest);
    }
  }
}
