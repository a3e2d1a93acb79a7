/**
 * The matrix product, where almost all of a batch's arithmetic is. A tile of 4 rows by 8 columns is kept in eight
 * registers while all of the depth runs through it: each step down loads 8 numbers of b and 4 of a for 32
 * multiply-adds. b lies packed in panels of 8 columns, so that the steps down read straight on; a is read where it
 * lies, by any strides, so that a transposed matrix needs no copy.
 */
import { loadSome, multiplyAdd, storeSome } from './lanes';
import {
  GEMM_A,
  GEMM_A_COLUMN,
  GEMM_A_ROW,
  GEMM_ACCUMULATE,
  GEMM_B,
  GEMM_B_PANEL,
  GEMM_BIAS,
  GEMM_COLUMNS,
  GEMM_DEPTH,
  GEMM_OUT,
  GEMM_OUT_ROW,
  GEMM_ROWS,
  PACK_A,
  PACK_A_COLUMN,
  PACK_A_ROW,
  PACK_COLUMNS,
  PACK_OUT,
  PACK_OUT_PANEL,
  PACK_ROWS,
  PANEL_BYTES,
} from './opcodes';

/** Where a tile that is cut at an edge is made. */
const SCRATCH = memory.data(4 * 8 * sizeof<f32>(), 16);

/** So much of a panel at once (8 kB) stays in the first cache while the rows pass. */
@inline
const DEPTH_BLOCK: i32 = 256;

/** a [depth, columns] into panels of eight columns; the last panel's missing columns are zeros. */
export function pack(at: usize): void {
  const depth = load<i32>(at, PACK_ROWS);
  const aRow = load<usize>(at, PACK_A_ROW);
  const aColumn = load<usize>(at, PACK_A_COLUMN);
  const outPanel = load<usize>(at, PACK_OUT_PANEL);
  let out = load<usize>(at, PACK_OUT);
  let a = load<usize>(at, PACK_A);
  for (
    let columns = load<i32>(at, PACK_COLUMNS);
    columns > 0;
    columns -= 8, out += outPanel, a += 8 * aColumn
  ) {
    let from = a;
    let to = out;
    const end = out + depth * PANEL_BYTES;
    if (columns >= 8 && aColumn == 4) {
      for (; to < end; to += PANEL_BYTES, from += aRow) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
    } else {
      const width = min(columns, 8);
      for (; to < end; to += PANEL_BYTES, from += aRow) {
        let read = from;
        for (let column: i32 = 0; column < width; column++, read += aColumn) {
          store<f32>(to + column * 4, load<f32>(read));
        }
        for (let column = width; column < 8; column++) store<f32>(to + column * 4, 0);
      }
    }
  }
}

/**
 * One tile: out [4, 8] (+)= four rows of a times a panel. `start` is where the sums begin: out itself, a row that all
 * four share (stride 0), or zero (no place).
 */
@inline
function tile(
  a0: usize, a1: usize, a2: usize, a3: usize, aColumn: usize,
  panel: usize, depth: i32,
  out: usize, outRow: usize, start: usize, startRow: usize,
): void {
  let p0: v128, q0: v128, p1: v128, q1: v128, p2: v128, q2: v128, p3: v128, q3: v128;
  if (start) {
    p0 = v128.load(start);
    q0 = v128.load(start, 16);
    p1 = v128.load(start + startRow);
    q1 = v128.load(start + startRow, 16);
    p2 = v128.load(start + 2 * startRow);
    q2 = v128.load(start + 2 * startRow, 16);
    p3 = v128.load(start + 3 * startRow);
    q3 = v128.load(start + 3 * startRow, 16);
  } else {
    p0 = q0 = p1 = q1 = p2 = q2 = p3 = q3 = f32x4.splat(0);
  }
  const end = panel + depth * PANEL_BYTES;
  for (let b = panel; b < end; b += PANEL_BYTES) {
    const p = v128.load(b);
    const q = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    p0 = multiplyAdd(x0, p, p0);
    q0 = multiplyAdd(x0, q, q0);
    const x1 = v128.load32_splat(a1);
    p1 = multiplyAdd(x1, p, p1);
    q1 = multiplyAdd(x1, q, q1);
    const x2 = v128.load32_splat(a2);
    p2 = multiplyAdd(x2, p, p2);
    q2 = multiplyAdd(x2, q, q2);
    const x3 = v128.load32_splat(a3);
    p3 = multiplyAdd(x3, p, p3);
    q3 = multiplyAdd(x3, q, q3);
    a0 += aColumn;
    a1 += aColumn;
    a2 += aColumn;
    a3 += aColumn;
  }
  v128.store(out, p0);
  v128.store(out, q0, 16);
  v128.store(out + outRow, p1);
  v128.store(out + outRow, q1, 16);
  v128.store(out + 2 * outRow, p2);
  v128.store(out + 2 * outRow, q2, 16);
  v128.store(out + 3 * outRow, p3);
  v128.store(out + 3 * outRow, q3, 16);
}

/** All whole tiles of one panel, from the first row down; `aTile` leads from one tile's rows of a to the next. */
function wholeTiles(
  rows: i32, a: usize, aTile: usize, aRow: usize, aColumn: usize,
  panel: usize, depth: i32,
  out: usize, outRow: usize, start: usize, startRow: usize,
): void {
  for (; rows >= 4; rows -= 4) {
    tile(a, a + aRow, a + 2 * aRow, a + 3 * aRow, aColumn, panel, depth, out, outRow, start, startRow);
    a += aTile;
    out += 4 * outRow;
    start += 4 * startRow;
  }
}

/**
 * A tile of which only some rows and columns are there: it is made in the scratch place and cut from there. Rows that
 * are missing read the last one's numbers once more, and nobody reads what becomes of them.
 */
function cutTile(
  rows: i32, columns: i32, a: usize, aRow: usize, aColumn: usize,
  panel: usize, depth: i32,
  out: usize, outRow: usize, start: usize, startRow: usize,
): void {
  for (let row: i32 = 0; row < 4; row++) {
    const to = SCRATCH + row * PANEL_BYTES;
    // Also what nobody will read: a subnormal left there would make the product slow.
    v128.store(to, f32x4.splat(0));
    v128.store(to, f32x4.splat(0), 16);
    if (start && row < rows) move(to, start + row * startRow, columns);
  }
  const a1 = a + (rows > 1 ? aRow : 0);
  const a2 = a1 + (rows > 2 ? aRow : 0);
  const a3 = a2 + (rows > 3 ? aRow : 0);
  tile(a, a1, a2, a3, aColumn, panel, depth, SCRATCH, PANEL_BYTES, SCRATCH, PANEL_BYTES);
  for (let row: i32 = 0; row < rows; row++) {
    move(out + row * outRow, SCRATCH + row * PANEL_BYTES, columns);
  }
}

/** Copies 1 to 8 floats. */
function move(to: usize, from: usize, count: i32): void {
  if (count >= 4) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
    count -= 4;
  }
  if (count >= 4) v128.store(to, v128.load(from));
  else if (count) storeSome(to, loadSome(from, count), count);
}

/**
 * Rows of a transposed matrix lie side by side in memory, and a step down its depth is a long way, often a power of
 * two, so that few steps fit the first cache together. Sixteen rows, one line of the cache, are copied at once into
 * tiles where the way is short, if more than one panel will read them. (A weight's gradient at 128 units, relaxed:
 * 37 GFLOP/s where it lies, 46 copied.)
 */
@inline
const LINE_ROWS: i32 = 16;
@inline
const LINE_TILE_BYTES: usize = DEPTH_BLOCK * 16;
const LINE_TILES = memory.data(4 * 16 * DEPTH_BLOCK, 64);

function copyLine(a: usize, aColumn: usize, depth: i32): void {
  let to = LINE_TILES;
  for (; depth > 0; depth--, a += aColumn, to += 16) {
    v128.store(to, v128.load(a));
    v128.store(to, v128.load(a, 16), LINE_TILE_BYTES);
    v128.store(to, v128.load(a, 32), 2 * LINE_TILE_BYTES);
    v128.store(to, v128.load(a, 48), 3 * LINE_TILE_BYTES);
  }
}

/** out (+)= a b (+ bias). */
export function gemm(at: usize): void {
  const rows = load<i32>(at, GEMM_ROWS);
  const columns = load<i32>(at, GEMM_COLUMNS);
  const depth = load<i32>(at, GEMM_DEPTH);
  const out = load<usize>(at, GEMM_OUT);
  const outRow = load<usize>(at, GEMM_OUT_ROW);
  const a = load<usize>(at, GEMM_A);
  const aRow = load<usize>(at, GEMM_A_ROW);
  const aColumn = load<usize>(at, GEMM_A_COLUMN);
  const b = load<usize>(at, GEMM_B);
  const bPanel = load<usize>(at, GEMM_B_PANEL);
  // Where the sums begin: at the bias, the same for all rows; at nothing; or, to add up, at what is there.
  let start = load<usize>(at, GEMM_BIAS);
  let startRow: usize = 0;
  if (load<i32>(at, GEMM_ACCUMULATE)) {
    start = out;
    startRow = outRow;
  }
  const isTransposed = aRow == 4 && aColumn != 4 && columns > 8;
  for (let down: i32 = 0; down < depth; down += DEPTH_BLOCK) {
    const block = min(depth - down, DEPTH_BLOCK);
    const panels = b + down * PANEL_BYTES;
    let fromA = a + down * aColumn;
    let to = out;
    let from = start;
    let left = rows;
    if (isTransposed) {
      for (; left >= LINE_ROWS; left -= LINE_ROWS) {
        copyLine(fromA, aColumn, block);
        product(
          LINE_ROWS, columns, LINE_TILES, LINE_TILE_BYTES, 4, 16, panels, bPanel, block,
          to, outRow, from, startRow,
        );
        fromA += 4 * LINE_ROWS;
        to += LINE_ROWS * outRow;
        from += LINE_ROWS * startRow;
      }
    }
    if (left) {
      product(
        left, columns, fromA, 4 * aRow, aRow, aColumn, panels, bPanel, block, to, outRow, from, startRow,
      );
    }
    start = out;
    startRow = outRow;
  }
}

/** The product over one block of the depth: panel by panel, whole tiles first, then what is cut at the edges. */
function product(
  rows: i32, columns: i32, a: usize, aTile: usize, aRow: usize, aColumn: usize,
  panel: usize, bPanel: usize, depth: i32,
  out: usize, outRow: usize, start: usize, startRow: usize,
): void {
  const whole = rows & ~3;
  for (; columns > 0; columns -= 8, panel += bPanel) {
    const width = min(columns, 8);
    let row: i32 = 0;
    if (width == 8) {
      wholeTiles(whole, a, aTile, aRow, aColumn, panel, depth, out, outRow, start, startRow);
      row = whole;
    }
    for (; row < rows; row += 4) {
      cutTile(
        min(rows - row, 4), width, a + (row >> 2) * aTile, aRow, aColumn, panel, depth,
        out + row * outRow, outRow, start ? start + row * startRow : 0, startRow,
      );
    }
    out += PANEL_BYTES;
    if (start) start += PANEL_BYTES;
  }
}
