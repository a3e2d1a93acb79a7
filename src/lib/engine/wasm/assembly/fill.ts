import { storeSome } from './lanes';
import { FILL_COLUMNS, FILL_OUT, FILL_OUT_ROW, FILL_ROWS, FILL_VALUE } from './opcodes';

/** out = value. */
export function fill(at: usize): void {
  const columns = load<i32>(at, FILL_COLUMNS);
  const outRow = load<usize>(at, FILL_OUT_ROW);
  const value = v128.load32_splat(at, FILL_VALUE);
  let out = load<usize>(at, FILL_OUT);
  for (let rows = load<i32>(at, FILL_ROWS); rows > 0; rows--, out += outRow) {
    let to = out;
    const end = out + (columns & ~3) * 4;
    for (; to < end; to += 16) v128.store(to, value);
    const rest = columns & 3;
    if (rest) storeSome(to, value, rest);
  }
}
