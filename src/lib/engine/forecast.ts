import { countParameters } from '../equations/graph.ts';
import { parse } from '../equations/parse.ts';
import { MOST_TOKENS } from '../imdb/format.ts';
import { architectureOf } from './classifier-architecture.ts';
import type { Configuration } from './configuration.ts';
import type { Engine } from './engine.ts';
import type { Forecast } from './protocol.ts';
import { limitsOf } from './session.ts';

/** A review as the data pack holds it: its ids at most, where it begins, its label. */
const BYTES_A_REVIEW = 2 * MOST_TOKENS + 4 + 1;
/** Validation and test part. */
const OTHER_REVIEWS = 5_000;

/** More than this no tab is sure to get; a 32-bit WebAssembly memory ends at twice as much. */
const MOST_BYTES = 2 ** 31;

/** What a run takes at most. @throws Error for equations that the engine can't plan */
export function forecastOf(engine: Engine, configuration: Configuration): Forecast {
  return {
    data: (configuration.reviews + OTHER_REVIEWS) * BYTES_A_REVIEW,
    model: engine.forecast(architectureOf(configuration), limitsOf(configuration)),
  };
}

/**
 * Planning a model to know its memory takes as long as planning it to train: it is done only where a bound says that
 * the sum might matter.
 *
 * @throws Error with the sum where it is more than a page can hope for
 */
export function checkMemory(engine: Engine, configuration: Configuration): void {
  if (bound(configuration) < MOST_BYTES) return;
  const { data, model } = forecastOf(engine, configuration);
  const bytes = data + model;
  if (bytes <= MOST_BYTES) return;
  const mega = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
  throw new Error(
    `This run would take ${mega(bytes)} of memory: ${mega(data)} for the reviews and ${mega(model)} for the model. A page can count on ${mega(MOST_BYTES)}. Choose fewer units, fewer words or smaller batches.`,
  );
}

/** More than any engine takes: each value of each step kept, with its derivative and a copy, and the weights eight times. */
function bound(configuration: Configuration): number {
  const { equations, units, embedding, vocabulary } = configuration;
  const { size, tokens } = limitsOf(configuration);
  const graph = parse(equations);
  const weights = vocabulary * embedding + countParameters(graph, { input: embedding, units });
  const values = graph.nodes.length * size * tokens * Math.max(units, embedding);
  return 4 * (8 * weights + 3 * values);
}
