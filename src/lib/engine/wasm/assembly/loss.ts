import { exp, log, log1pOfShare, sigmoid, softplus } from './functions';
import { loadFew, storeFew, sumLanes } from './lanes';
import {
  LOSS_A,
  LOSS_A_ROW,
  LOSS_COLUMNS,
  LOSS_LABEL_ROW,
  LOSS_LABELS,
  LOSS_LOSS,
  LOSS_OUT,
  LOSS_OUT_ROW,
  LOSS_RIGHT,
  LOSS_ROWS,
  LOSS_WEIGHT_ROW,
  LOSS_WEIGHTS,
} from './opcodes';

/** The numbers of a register's floats. */
const LANES = memory.data<f32>([0, 1, 2, 3]);

/**
 * Weighted cross entropy of log-odds z against labels 0 and 1. With s = ±1 for the label, the margin s z says how far
 * z lies on the label's side, the loss is softplus(-s z), finite for every finite z, and its derivative
 * -s sigmoid(-s z), which loses no digits where sigmoid(z) - label would.
 */
export function crossEntropy(at: usize): void {
  const outRow = load<usize>(at, LOSS_OUT_ROW);
  const aRow = load<usize>(at, LOSS_A_ROW);
  const labelRow = load<usize>(at, LOSS_LABEL_ROW);
  const weightRow = load<usize>(at, LOSS_WEIGHT_ROW);
  const lossAt = load<usize>(at, LOSS_LOSS);
  const rightAt = load<usize>(at, LOSS_RIGHT);
  let out = load<usize>(at, LOSS_OUT);
  let a = load<usize>(at, LOSS_A);
  let label = load<usize>(at, LOSS_LABELS);
  let weightAt = load<usize>(at, LOSS_WEIGHTS);
  let loss: f64 = 0;
  let right: f32 = 0;
  for (let rows = load<i32>(at, LOSS_ROWS); rows > 0; rows--) {
    const weight = load<f32>(weightAt);
    if (weight == 0) {
      store<f32>(out, 0);
    } else {
      const side: f32 = 2 * load<f32>(label) - 1;
      const margin = side * load<f32>(a);
      const wrong = f32x4.splat(-margin);
      loss += <f64>weight * f32x4.extract_lane(softplus(wrong), 0);
      store<f32>(out, -side * weight * f32x4.extract_lane(sigmoid(wrong), 0));
      // An even verdict is not right, and NaN is on no side.
      if (margin > 0) right++;
    }
    out += outRow;
    a += aRow;
    label += labelRow;
    weightAt += weightRow;
  }
  store<f32>(lossAt, <f32>(<f64>load<f32>(lossAt) + loss));
  store<f32>(rightAt, load<f32>(rightAt) + right);
}

/** Whether the label of every row that counts is a class's number. */
function labelsAreClasses(at: usize): bool {
  const columns = <f32>load<i32>(at, LOSS_COLUMNS);
  const labelRow = load<usize>(at, LOSS_LABEL_ROW);
  const weightRow = load<usize>(at, LOSS_WEIGHT_ROW);
  let labelAt = load<usize>(at, LOSS_LABELS);
  let weightAt = load<usize>(at, LOSS_WEIGHTS);
  for (let rows = load<i32>(at, LOSS_ROWS); rows > 0; rows--, labelAt += labelRow, weightAt += weightRow) {
    const label = load<f32>(labelAt);
    if (load<f32>(weightAt) != 0 && !(label >= 0 && label < columns && floor(label) == label)) return false;
  }
  return true;
}

/** The largest of a row; NaN where one is in it. */
function largest(from: usize, columns: i32): f32 {
  let most = load<f32>(from);
  for (let column: i32 = 1; column < columns; column++) most = max(most, load<f32>(from + 4 * column));
  return most;
}

/**
 * Weighted cross entropy of softmax logits. With e = exp(z - max z), e's sum over the classes that are not the label is
 * kept apart: the label's derivative is that sum's share of all, and the loss log(1 + others / e of the label), neither
 * a difference of nearly equal numbers where the model is sure.
 */
export function softmaxCrossEntropy(at: usize): bool {
  if (!labelsAreClasses(at)) return false;
  const columns = load<i32>(at, LOSS_COLUMNS);
  const outRow = load<usize>(at, LOSS_OUT_ROW);
  const aRow = load<usize>(at, LOSS_A_ROW);
  const labelRow = load<usize>(at, LOSS_LABEL_ROW);
  const weightRow = load<usize>(at, LOSS_WEIGHT_ROW);
  const lossAt = load<usize>(at, LOSS_LOSS);
  const rightAt = load<usize>(at, LOSS_RIGHT);
  let out = load<usize>(at, LOSS_OUT);
  let a = load<usize>(at, LOSS_A);
  let labelAt = load<usize>(at, LOSS_LABELS);
  let weightAt = load<usize>(at, LOSS_WEIGHTS);
  let loss: f64 = 0;
  let right: f32 = 0;
  for (let rows = load<i32>(at, LOSS_ROWS); rows > 0; rows--) {
    const weight = load<f32>(weightAt);
    if (weight == 0) {
      memory.fill(out, 0, 4 * columns);
    } else {
      const label = <usize>load<f32>(labelAt);
      const most = largest(a, columns);
      const own = load<f32>(a + 4 * label) - most;
      let isRight = own == 0;
      let sum = f32x4.splat(0);
      for (let column: i32 = 0; column < columns; column += 4) {
        const width = min(columns - column, 4);
        const e = exp(f32x4.sub(loadFew(a + 4 * column, width), f32x4.splat(most)));
        for (let k: i32 = 0; k < width; k++) {
          if (column + k != label && load<f32>(a + 4 * (column + k)) == most) isRight = false;
        }
        storeFew(out + 4 * column, e, width);
        // Not what stands beyond the row, nor the label's own.
        const lanes = v128.load(LANES);
        const rest = f32x4.lt(lanes, f32x4.splat(<f32>width));
        const others = f32x4.ne(lanes, f32x4.splat(<f32>(<i32>label - column)));
        sum = f32x4.add(sum, v128.and(e, v128.and(rest, others)));
      }
      const others = sumLanes(sum);
      const e = load<f32>(out + 4 * label);
      const all = others + e;
      const odds = others / e;
      loss += <f64>weight * (odds <= 1 ? log1pOfShare(odds) : f32x4.extract_lane(log(f32x4.splat(all)), 0) - own);
      const share = weight / all;
      for (let column: i32 = 0; column < columns; column += 4) {
        const width = min(columns - column, 4);
        const to = out + 4 * column;
        storeFew(to, f32x4.mul(loadFew(to, width), f32x4.splat(share)), width);
      }
      store<f32>(out + 4 * label, -share * others);
      if (isRight) right++;
    }
    out += outRow;
    a += aRow;
    labelAt += labelRow;
    weightAt += weightRow;
  }
  store<f32>(lossAt, <f32>(<f64>load<f32>(lossAt) + loss));
  store<f32>(rightAt, load<f32>(rightAt) + right);
  return true;
}

/** Weighted squared error, the mean over a row's numbers. */
export function squaredError(at: usize): void {
  const columns = load<i32>(at, LOSS_COLUMNS);
  const outRow = load<usize>(at, LOSS_OUT_ROW);
  const aRow = load<usize>(at, LOSS_A_ROW);
  const labelRow = load<usize>(at, LOSS_LABEL_ROW);
  const weightRow = load<usize>(at, LOSS_WEIGHT_ROW);
  const lossAt = load<usize>(at, LOSS_LOSS);
  let out = load<usize>(at, LOSS_OUT);
  let a = load<usize>(at, LOSS_A);
  let label = load<usize>(at, LOSS_LABELS);
  let weightAt = load<usize>(at, LOSS_WEIGHTS);
  let loss: f64 = 0;
  for (let rows = load<i32>(at, LOSS_ROWS); rows > 0; rows--) {
    const weight = load<f32>(weightAt);
    if (weight == 0) {
      memory.fill(out, 0, 4 * columns);
    } else {
      const slope = f32x4.splat((2 * weight) / <f32>columns);
      let squares: f64 = 0;
      for (let column: i32 = 0; column < columns; column += 4) {
        const width = min(columns - column, 4);
        const apart = f32x4.sub(loadFew(a + 4 * column, width), loadFew(label + 4 * column, width));
        squares += sumLanes(f32x4.mul(apart, apart));
        storeFew(out + 4 * column, f32x4.mul(apart, slope), width);
      }
      loss += (<f64>weight * squares) / <f64>columns;
    }
    out += outRow;
    a += aRow;
    label += labelRow;
    weightAt += weightRow;
  }
  store<f32>(lossAt, <f32>(<f64>load<f32>(lossAt) + loss));
}
