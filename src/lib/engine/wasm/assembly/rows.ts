/** Rows of a table by their numbers: an embedding's look-up and its gradient. */
import { loadSome, storeSome } from './lanes';
import { ROWS_A, ROWS_A_ROW, ROWS_COLUMNS, ROWS_IDS, ROWS_LIMIT, ROWS_OUT, ROWS_OUT_ROW, ROWS_ROWS } from './opcodes';

/** Whether every id is a row of the table; the kernel reads and writes nothing by one that isn't. */
function idsAreRows(at: usize): bool {
  // Unsigned, so that a negative id is too large.
  const limit = load<u32>(at, ROWS_LIMIT);
  const ids = load<usize>(at, ROWS_IDS);
  const end = ids + 4 * load<u32>(at, ROWS_ROWS);
  for (let id = ids; id < end; id += 4) if (load<u32>(id) >= limit) return false;
  return true;
}

/** Row r of out = row ids[r] of a. */
export function gather(at: usize): bool {
  if (!idsAreRows(at)) return false;
  const bytes = 4 * load<usize>(at, ROWS_COLUMNS);
  const outRow = load<usize>(at, ROWS_OUT_ROW);
  const a = load<usize>(at, ROWS_A);
  const aRow = load<usize>(at, ROWS_A_ROW);
  let out = load<usize>(at, ROWS_OUT);
  let id = load<usize>(at, ROWS_IDS);
  for (let rows = load<i32>(at, ROWS_ROWS); rows > 0; rows--, out += outRow, id += 4) {
    let from = a + load<usize>(id) * aRow;
    let to = out;
    const whole = to + (bytes & ~15);
    for (; to < whole; to += 16, from += 16) v128.store(to, v128.load(from));
    const rest = <i32>(bytes & 15) >> 2;
    if (rest) storeSome(to, loadSome(from, rest), rest);
  }
  return true;
}

/** Row ids[r] of out += row r of a: in the order of the rows, so that a word met twice gets the same sum each run. */
export function scatterAdd(at: usize): bool {
  if (!idsAreRows(at)) return false;
  const bytes = 4 * load<usize>(at, ROWS_COLUMNS);
  const outRow = load<usize>(at, ROWS_OUT_ROW);
  const aRow = load<usize>(at, ROWS_A_ROW);
  const out = load<usize>(at, ROWS_OUT);
  let a = load<usize>(at, ROWS_A);
  let id = load<usize>(at, ROWS_IDS);
  for (let rows = load<i32>(at, ROWS_ROWS); rows > 0; rows--, a += aRow, id += 4) {
    let from = a;
    let to = out + load<usize>(id) * outRow;
    const whole = to + (bytes & ~15);
    for (; to < whole; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    const rest = <i32>(bytes & 15) >> 2;
    if (rest) storeSome(to, f32x4.add(loadSome(to, rest), loadSome(from, rest)), rest);
  }
  return true;
}

/** Row ids[r] of out = 0: a gradient table is cleared where a batch touched it, not all over. */
export function clearRows(at: usize): bool {
  if (!idsAreRows(at)) return false;
  const bytes = 4 * load<usize>(at, ROWS_COLUMNS);
  const outRow = load<usize>(at, ROWS_OUT_ROW);
  const out = load<usize>(at, ROWS_OUT);
  let id = load<usize>(at, ROWS_IDS);
  for (let rows = load<i32>(at, ROWS_ROWS); rows > 0; rows--, id += 4) {
    memory.fill(out + load<usize>(id) * outRow, 0, bytes);
  }
  return true;
}
