import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Rounding } from '../../equations/numbers.ts';
import { type Known, knownLesson } from '../reference.ts';
import { relativeError } from '../relative-error.ts';
import { inFloat32, type Question } from './held.ts';

/** Half the distance from 1 to the next float32. */
const HALF_A_STEP = 2 ** -24;

/** A float32 machine with luck of its own: every value is moved by up to half a step at random, then rounded. */
export function float32(random: () => number): Rounding {
  return (value) => value.map((exact) => Math.fround(exact * (1 + HALF_A_STEP * random())));
}

/** How far float32 machines may lie from what is known, whatever they do right; relative, as in `Holding`. */
interface Noise {
  readonly loss: number;
  /** By trained variable; Infinity where some machine comes to what is no number, and the truth is one. */
  readonly gradients: ReadonlyMap<string, number>;
}

/**
 * What rounding alone does to a question: the worst of a few float32 machines that differ in luck. It is large where
 * a cell divides by nearly nothing, where a kink's side is decided by the last digit, or where float32 ends.
 *
 * The weights are moved too, by as little: the products inside a sum are rounded each, and a sum whose terms cancel
 * has their errors, not its own.
 */
export function noiseOf(
  { architecture, weights, examples, dropout }: Question,
  known: Known,
  machines = 3,
): Noise {
  let loss = 0;
  const gradients = new Map([...known.gradients.keys()].map((name) => [name, 0]));
  for (let seed = 1; seed <= machines; seed++) {
    const generator = xoroshiro128plus(seed);
    const random = () => (generator.next() >> 0) / 2 ** 31;
    const moved = new Map(
      [...inFloat32(weights)].map(([name, values]) => [
        name,
        Float64Array.from(values, (value) => value * (1 + HALF_A_STEP * random())),
      ]),
    );
    const found = knownLesson(architecture, moved, examples, { dropout, rounded: float32(random) });
    loss = Math.max(loss, relativeError([found.loss], [known.loss]));
    for (const [name, expected] of known.gradients) {
      const error = relativeError(found.gradients.get(name) ?? [], expected);
      gradients.set(name, Math.max(gradients.get(name) ?? 0, error));
    }
  }
  return { loss, gradients };
}
