import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import type { Known } from './reference.ts';
import { type Case, LISTED, RANDOM, STRANGE } from './testing/cases.ts';
import { answerOf, hold } from './testing/held.ts';
import { NODE_ENGINES } from './testing/node-engines.ts';
import { noiseOf } from './testing/noise.ts';

/** What the issue asks of every engine, relative to the largest entry. */
const TOLERANCE = 1e-5;
/** How much further off than the worst of three float32 machines a fourth may be. */
const LUCK = 30;

const answers = new Map<Case, Known>();
/** What is known of a case; worked out once for all engines. */
function answer(of: Case): Known {
  const known = answers.get(of) ?? answerOf(of);
  answers.set(of, known);
  return known;
}

const areNumbers = ({ loss, gradients }: Known) =>
  Number.isFinite(loss) && [...gradients.values()].every((values) => values.every(Number.isFinite));

/**
 * Holds an engine to a case: within the tolerance or, where three float32 machines that differ in luck alone stray
 * further than that from the truth themselves, as near as they do.
 *
 * @returns whether it was within the tolerance
 */
async function holds(engine: Engine, of: Case): Promise<boolean> {
  const known = answer(of);
  const { loss, gradients } = await hold(engine.build, of, known);
  expect([...gradients.keys()]).toEqual([...known.gradients.keys()]);
  const errors = new Map([['the loss', loss], ...gradients]);
  if ([...errors.values()].every((error) => error <= TOLERANCE)) return true;
  const noise = noiseOf(of, known);
  for (const [name, error] of errors) {
    if (error <= TOLERANCE) continue;
    const excused = name === 'the loss' ? noise.loss : (noise.gradients.get(name) ?? 0);
    expect(error, `${name} of ${of.name}; rounding alone: ${excused}`).toBeLessThanOrEqual(LUCK * excused);
  }
  return false;
}

describe.each([...NODE_ENGINES])('%s', (name, start) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  });

  it.each(LISTED)('$name', async (of) => {
    expect(await holds(engine, of)).toBe(true);
  });

  it.each(STRANGE)('$name', async (of) => {
    expect(areNumbers(answer(of))).toBe(true);
    await holds(engine, of);
  });

  it('cells made at random', async () => {
    // Plain tfjs takes a hundred times as long, and every engine reads the same graph: it takes every fourth.
    const some = name.startsWith('tfjs') ? RANDOM.filter((_, k) => k % 4 === 1) : RANDOM;
    let finite = 0;
    let within = 0;
    for (const of of some)
      if (areNumbers(answer(of))) {
        finite += 1;
        if (await holds(engine, of)) within += 1;
      } else {
        // Divided by zero, or overflown in float64 already. No engine may make a number of that.
        const { loss } = await hold(engine.build, of, answer(of));
        expect(loss, of.name).toBeLessThan(TOLERANCE);
      }
    expect(finite).toBeGreaterThan(0.85 * some.length);
    expect(within).toBeGreaterThan(0.85 * finite);
  }, 60_000);
});
