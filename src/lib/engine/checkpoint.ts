import * as v from 'valibot';
import { Configuration } from './configuration.ts';
import type { Checkpoint } from './protocol.ts';

const Numbers = v.instance(Float32Array);
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A checkpoint from storage or from a message; sizes are checked again where its numbers are put in place. */
export const StoredCheckpoint: v.GenericSchema<unknown, Checkpoint> = v.strictObject({
  configuration: Configuration,
  step: Count,
  epoch: v.strictObject({ loss: v.number(), right: Count, reviews: Count }),
  weights: v.map(v.string(), Numbers),
  moments: v.map(v.string(), v.strictObject({ first: Numbers, second: Numbers })),
});
