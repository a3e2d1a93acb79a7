/** The largest over all steps, and its gradient's way back to where it stood. */
import { loadFew, storeFew } from './lanes';
import {
  POOL_AT,
  POOL_AT_ROW,
  POOL_COLUMNS,
  POOL_LONGER,
  POOL_LONGER_ROW,
  POOL_LONGER_STEP,
  POOL_ROWS,
  POOL_SHORTER,
  POOL_SHORTER_ROW,
  POOL_STEPS,
} from './opcodes';

export function firstMax(at: usize): void {
  const columns = load<i32>(at, POOL_COLUMNS);
  const steps = load<i32>(at, POOL_STEPS);
  const longerRow = load<usize>(at, POOL_LONGER_ROW);
  const longerStep = load<usize>(at, POOL_LONGER_STEP);
  const shorterRow = load<usize>(at, POOL_SHORTER_ROW);
  const placesRow = load<usize>(at, POOL_AT_ROW);
  let longer = load<usize>(at, POOL_LONGER);
  let shorter = load<usize>(at, POOL_SHORTER);
  let places = load<usize>(at, POOL_AT);
  for (let rows = load<i32>(at, POOL_ROWS); rows > 0; rows--) {
    for (let column: i32 = 0; column < columns; column += 4) {
      const width = min(columns - column, 4);
      let from = longer + 4 * column;
      let most = loadFew(from, width);
      let place = i32x4.splat(0);
      for (let step: i32 = 1; step < steps; step++) {
        from += longerStep;
        const x = loadFew(from, width);
        // A later equal one is not larger; a NaN is larger than every number, and nothing is larger than it.
        const isLarger = v128.or(f32x4.gt(x, most), v128.andnot(f32x4.ne(x, x), f32x4.ne(most, most)));
        most = v128.bitselect(x, most, isLarger);
        place = v128.bitselect(i32x4.splat(step), place, isLarger);
      }
      storeFew(shorter + 4 * column, most, width);
      storeFew(places + 4 * column, place, width);
    }
    longer += longerRow;
    shorter += shorterRow;
    places += placesRow;
  }
}

export function firstMaxBack(at: usize): void {
  const columns = load<i32>(at, POOL_COLUMNS);
  const steps = load<i32>(at, POOL_STEPS);
  const longerRow = load<usize>(at, POOL_LONGER_ROW);
  const longerStep = load<usize>(at, POOL_LONGER_STEP);
  const shorterRow = load<usize>(at, POOL_SHORTER_ROW);
  const placesRow = load<usize>(at, POOL_AT_ROW);
  let longer = load<usize>(at, POOL_LONGER);
  let shorter = load<usize>(at, POOL_SHORTER);
  let places = load<usize>(at, POOL_AT);
  for (let rows = load<i32>(at, POOL_ROWS); rows > 0; rows--) {
    for (let column: i32 = 0; column < columns; column += 4) {
      const width = min(columns - column, 4);
      const gradient = loadFew(shorter + 4 * column, width);
      const place = loadFew(places + 4 * column, width);
      let to = longer + 4 * column;
      for (let step: i32 = 0; step < steps; step++, to += longerStep) {
        storeFew(to, v128.and(gradient, i32x4.eq(place, i32x4.splat(step))), width);
      }
    }
    longer += longerRow;
    shorter += shorterRow;
    places += placesRow;
  }
}
