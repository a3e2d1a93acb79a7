import { sigmoid, softplus } from './functions';
import {
  LOSS_A,
  LOSS_A_ROW,
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
