import type { PoolingLayer } from '../architecture.ts';
import { type Activity, at, type Pass } from './activity.ts';

/** How much each step of an example has in the pooled value of a feature: the weights of a sum over the steps. */
type Shares = (input: Activity, example: number, feature: number) => Float64Array;

const SHARES: Readonly<Record<PoolingLayer['take'], Shares>> = {
  /** All to the largest, at a tie to the first; a NaN counts as the largest. */
  max: (input, example, feature) => {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < input.steps; step++) {
      const value = at(input, input.values, example, step)[feature] as number;
      if (value > most || (Number.isNaN(value) && !Number.isNaN(most))) [best, most] = [step, value];
    }
    return new Float64Array(input.steps).fill(1, best, best + 1);
  },
  /** The same to all that are no padding; where all are, the mean is zero. */
  mean: ({ steps, mask }, example) => {
    const counts = Float64Array.from({ length: steps }, (_, t) =>
      mask?.[example * steps + t] === false ? 0 : 1,
    );
    const counted = counts.reduce((sum, one) => sum + one, 0);
    return counts.map((one) => one / Math.max(1, counted));
  },
};

export const passPooling: Pass<PoolingLayer> = ({ take }, input) => {
  const { size, steps, features } = input;
  const shares = Array.from({ length: size }, (_, example) =>
    Array.from({ length: features }, (_, feature) => SHARES[take](input, example, feature)),
  );
  const made: Activity = {
    size,
    steps: 1,
    features,
    sequence: false,
    values: new Float64Array(size * features),
    mask: undefined,
  };
  /** Calls back for each step that has a share. */
  const everyShare = (visit: (from: number, to: number, share: number) => void): void => {
    for (const [example, ofExample] of shares.entries())
      for (const [feature, ofFeature] of ofExample.entries())
        for (const [step, share] of ofFeature.entries())
          if (share !== 0)
            visit((example * steps + step) * features + feature, example * features + feature, share);
  };
  everyShare((from, to, share) => {
    made.values[to] = (made.values[to] as number) + share * (input.values[from] as number);
  });
  return {
    output: made,
    back: (towards) => {
      const towardsInput = new Float64Array(input.values.length);
      everyShare((from, to, share) => {
        towardsInput[from] = share * (towards[to] as number);
      });
      return towardsInput;
    },
  };
};
