/** What the tests of single cells on WebGL ask of a page. */

import { LISTED, RANDOM, STRANGE } from '../../../src/lib/engine/testing/cases.ts';
import { answerOf, hold } from '../../../src/lib/engine/testing/held.ts';
import { noiseOf } from '../../../src/lib/engine/testing/noise.ts';
import { deviceOn } from '../../../src/lib/engine/webgl/device.ts';
import { calls, watch } from './calls.ts';
import { build } from './lessons.ts';
import { type Errors, type OneCell, oneCell } from './one-cell.ts';

watch();
const context = new OffscreenCanvas(1, 1).getContext('webgl2');

/** What a cell took and how far it was off. */
export interface Found {
  readonly errors: Errors;
  readonly draws: number;
  readonly linked: number;
  /** WebGL's own complaint, 0 without one. */
  readonly fault: number;
}

/** @param tolerance errors below it need no excuse: the noise is then left at 0 */
export function cellByItself(cell: OneCell, tolerance: number): Found {
  if (context === null) throw new Error('there is no WebGL 2 context here');
  const device = deviceOn(context);
  if ('reason' in device) throw new Error(`${device.reason}: ${device.detail}`);
  const before = calls();
  const errors = oneCell(device, cell, tolerance);
  const after = calls();
  return {
    errors,
    draws: after.draws - before.draws,
    linked: after.linked - before.linked,
    fault: context.getError(),
  };
}

const CASES = { listed: LISTED, strange: STRANGE, random: RANDOM } as const;

/** A model with a cell in it, beside what is known, and beside what rounding alone may do to it. */
export interface Held {
  readonly name: string;
  /** Whether the truth is made of numbers. */
  readonly isKnown: boolean;
  /** By what it is of: the error, and the error that float32 machines come to. */
  readonly errors: Errors;
}

export const countOf = (kind: keyof typeof CASES): number => CASES[kind].length;

/** @param tolerance errors below it need no excuse: the noise is then left at 0 */
export async function heldModel(kind: keyof typeof CASES, k: number, tolerance: number): Promise<Held> {
  const of = CASES[kind][k];
  if (of === undefined) throw new Error(`there is no case ${k}`);
  const known = answerOf(of);
  const isKnown =
    Number.isFinite(known.loss) &&
    [...known.gradients.values()].every((values) => values.every(Number.isFinite));
  const { loss, gradients } = await hold(build, of, known);
  const errors = [['the loss', loss] as const, ...gradients];
  const isWithin = errors.every(([, error]) => error <= tolerance);
  const noise = isKnown && !isWithin ? noiseOf(of, known) : undefined;
  return {
    name: of.name,
    isKnown,
    errors: errors.map(([what, error]) => [
      what,
      error,
      (what === 'the loss' ? noise?.loss : noise?.gradients.get(what)) ?? 0,
    ]),
  };
}
