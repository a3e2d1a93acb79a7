import { loadFew, multiplyAdd, storeFew } from './lanes';
import {
  ADAM_COUNT,
  ADAM_EPSILON,
  ADAM_FIRST,
  ADAM_FIRST_DECAY,
  ADAM_FIRST_REST,
  ADAM_GRADIENT,
  ADAM_OUT,
  ADAM_SCALE,
  ADAM_SCHEDULE,
  ADAM_SECOND,
  ADAM_SECOND_DECAY,
  ADAM_SECOND_REST,
  CLIP_A,
  CLIP_LIMIT,
  CLIP_OUT,
} from './opcodes';

/** out = min(1, limit / norm), the norm from its square. A NaN stays one: the weights then show it at once. */
export function clip(at: usize): void {
  const norm = sqrt<f32>(load<f32>(load<usize>(at, CLIP_A)));
  store<f32>(load<usize>(at, CLIP_OUT), min<f32>(1, load<f32>(at, CLIP_LIMIT) / norm));
}

/**
 * Adam as in Kingma and Ba's algorithm 1 (arXiv 1412.6980), epsilon outside the corrected root. The corrections of
 * this step, 1 / (1 - decayᵗ), are the caller's: in the schedule's first number together with the rate.
 */
export function adam(at: usize): void {
  const firstDecay = v128.load32_splat(at, ADAM_FIRST_DECAY);
  const firstRest = v128.load32_splat(at, ADAM_FIRST_REST);
  const secondDecay = v128.load32_splat(at, ADAM_SECOND_DECAY);
  const secondRest = v128.load32_splat(at, ADAM_SECOND_REST);
  const epsilon = v128.load32_splat(at, ADAM_EPSILON);
  const scale = v128.load32_splat(load<usize>(at, ADAM_SCALE));
  const rate = v128.load32_splat(load<usize>(at, ADAM_SCHEDULE));
  const correction = v128.load32_splat(load<usize>(at, ADAM_SCHEDULE), 4);
  let out = load<usize>(at, ADAM_OUT);
  let first = load<usize>(at, ADAM_FIRST);
  let second = load<usize>(at, ADAM_SECOND);
  let gradient = load<usize>(at, ADAM_GRADIENT);
  for (let left = load<i32>(at, ADAM_COUNT); left > 0; left -= 4) {
    const width = min(left, 4);
    const g = f32x4.mul(loadFew(gradient, width), scale);
    const m = multiplyAdd(firstDecay, loadFew(first, width), f32x4.mul(firstRest, g));
    const v = multiplyAdd(secondDecay, loadFew(second, width), f32x4.mul(secondRest, f32x4.mul(g, g)));
    const root = f32x4.sqrt(f32x4.mul(v, correction));
    const step = f32x4.div(f32x4.mul(m, rate), f32x4.add(root, epsilon));
    storeFew(first, m, width);
    storeFew(second, v, width);
    storeFew(out, f32x4.sub(loadFew(out, width), step), width);
    out += 16;
    first += 16;
    second += 16;
    gradient += 16;
  }
}
