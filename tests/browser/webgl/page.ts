/** What the tests of the WebGL engine ask of a page. */

import { follow } from '../../../src/lib/engine/testing/followed.ts';
import { hold, type Question } from '../../../src/lib/engine/testing/held.ts';
import type { Trajectory } from '../../../src/lib/engine/testing/trajectories.ts';
import { watch } from './calls.ts';
import { build } from './lessons.ts';

export { wrongBits } from './chance-bits.ts';
export { lessonInColumns, lessonOfModel, namesOfModels, trajectoryErrors } from './lessons.ts';
export * from './lives.ts';
export { refusals, wrongStates } from './refusals.ts';
export { besideTfjs, reasons } from './starts.ts';

watch();

/** Maps don't travel to a page: their entries do. */
export type Sent<Whole> = {
  readonly [Key in keyof Whole]: Whole[Key] extends ReadonlyMap<infer Name, infer Numbers>
    ? readonly (readonly [Name, Numbers])[]
    : Whole[Key];
};

export async function held({ weights, ...question }: Sent<Question>) {
  const { gradients, ...errors } = await hold(build, { ...question, weights: new Map(weights) });
  return { ...errors, gradients: [...gradients] };
}

export async function followed({ initial, final, ...trajectory }: Sent<Trajectory>) {
  const { weights, ...errors } = await follow(build, {
    ...trajectory,
    initial: new Map(initial),
    final: new Map(final),
  });
  return { ...errors, weights: [...weights] };
}
