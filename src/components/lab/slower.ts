import { Configuration } from '../../lib/engine/configuration.ts';

/** A tenth of a rate, or the least that a run takes. */
export function slowerThan(rate: number): number {
  const tenth = Number((rate / 10).toPrecision(3));
  const least = Configuration.entries.rate.pipe.find((check) => check.type === 'min_value');
  return Math.max(tenth, least?.requirement ?? tenth);
}
