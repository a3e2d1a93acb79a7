import { countOf, type VariableDescription } from '../architecture.ts';
import type { Snapshot } from '../learner.ts';

/** @throws Error naming what of a state is missing, of the wrong size or not finite */
export function checkState(
  descriptions: readonly VariableDescription[],
  { step, weights, moments }: Snapshot,
): void {
  if (!Number.isInteger(step) || step < 0)
    throw new Error(`the state is of ${step} batches; expected a whole number from 0 on.`);
  for (const description of descriptions) {
    const { name, trained } = description;
    const count = countOf(description);
    checkNumbers(name, weights.get(name), count);
    if (!trained || moments === undefined) continue;
    const own = moments.get(name);
    checkNumbers(`the first moment of ${name}`, own?.first, count);
    checkNumbers(`the second moment of ${name}`, own?.second, count);
    const place = own?.second.findIndex((value) => value < 0) ?? -1;
    if (place >= 0)
      throw new Error(
        `the second moment of ${name} has ${own?.second[place]} at place ${place}; a mean of squares is not below zero.`,
      );
  }
}

function checkNumbers(name: string, values: Float32Array | undefined, count: number): void {
  if (values?.length !== count)
    throw new Error(
      `${name} has ${values?.length ?? 'no'} numbers, expected ${count}. Do these weights belong to this model?`,
    );
  const place = values.findIndex((value) => !Number.isFinite(value));
  if (place >= 0)
    throw new Error(
      `${name} has ${values[place]} at place ${place}; every number of a state has to be finite.`,
    );
}
