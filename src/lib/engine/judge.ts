import { Adam } from './adam.ts';
import type { Refusal } from './backends/browser.ts';
import { buildClassifier, disposeClassifier, setWeights } from './classifier.ts';
import type { Configuration } from './configuration.ts';
import { initialModel } from './initial-model.ts';
import { ENGINES, type EngineName, type EngineReport, type Trial } from './protocol.ts';
import { madeUpBatch, selfTest } from './selftest.ts';
import { trainOn } from './step.ts';
import { TOUCHSTONE } from './touchstone.ts';

/**
 * How far from the truth an engine may be and still train. Sums in float32 come within 1e-5 (the tests hold them to
 * it); graphics drivers are allowed coarser exponentials, and one that is broken is wrong by far more.
 */
const TOLERANCE = 1e-3;

/** Another engine than the first may take so long, in milliseconds, before its timing begins; readers are waiting. */
const START_WITHIN = 3_000;

export type StartEngine = (engine: EngineName, asked: boolean) => Promise<Refusal | undefined>;

/**
 * Finds the engine to train with: checks each against known numbers, then times it on the reader's own model. The
 * chosen one is tfjs's present backend afterwards.
 *
 * @param asked the engine that the reader wants; no other is tried then
 * @throws Error where none can train, or not the one asked for
 */
export async function judge(
  configuration: Configuration,
  start: StartEngine,
  asked?: EngineName,
): Promise<EngineReport> {
  const trials: Trial[] = [];
  for (const engine of asked === undefined ? ENGINES : [asked]) {
    // What is all there is, is taken as if it were asked for: be it slow, it trains.
    const only = !trials.some(({ ok }) => ok);
    const patience = only ? Number.POSITIVE_INFINITY : START_WITHIN;
    trials.push(await trial(engine, configuration, (name) => start(name, only), patience));
  }
  const able = trials.filter((found) => found.ok);
  const [fastest] = able.toSorted((one, other) => one.millisecondsABatch - other.millisecondsABatch);
  if (fastest === undefined) throw new Error(nothingTrains(trials, asked));
  await start(fastest.engine, true);
  return { chosen: fastest.engine, asked: asked !== undefined, trials };
}

async function trial(
  engine: EngineName,
  configuration: Configuration,
  start: (engine: EngineName) => Promise<Refusal | undefined>,
  patience: number,
): Promise<Trial> {
  const begun = performance.now();
  const refusal = await start(engine);
  if (refusal !== undefined) return { engine, ok: false, ...refusal };
  const { loss, gradients } = await selfTest(TOUCHSTONE);
  const worst = Math.max(Math.abs(loss.received / loss.expected - 1), ...gradients.map(({ error }) => error));
  if (!(worst <= TOLERANCE))
    return { engine, ok: false, reason: 'wrong-numbers', detail: `off by ${worst} on a known batch` };
  const took = performance.now() - begun;
  if (took > patience)
    return {
      engine,
      ok: false,
      reason: 'slow-start',
      detail: `it took ${Math.round(took / 1000)} s to start`,
    };
  return { engine, ok: true, millisecondsABatch: await timed(configuration) };
}

/**
 * Milliseconds a batch: from two lengths that are short enough for a slow machine, carried on to the reader's
 * length in a straight line, because the work before and after the loop is the same for both.
 */
async function timed(configuration: Configuration): Promise<number> {
  const { tokens } = configuration;
  const [few, more] = [2, 6];
  if (tokens <= more) return batchTime(configuration, tokens);
  const short = await batchTime(configuration, few);
  const long = await batchTime(configuration, more);
  return short + (Math.max(0, long - short) / (more - few)) * (tokens - few);
}

/** Milliseconds for one batch of so many tokens, the best of a few after one to warm up. */
async function batchTime(given: Configuration, tokens: number): Promise<number> {
  const configuration = { ...given, tokens };
  const batch = madeUpBatch(configuration);
  const classifier = buildClassifier(configuration);
  const adam = new Adam(classifier.variables, configuration.rate);
  try {
    setWeights(classifier, initialModel(configuration));
    const times: number[] = [];
    for (let k = 0; k < 4; k++) {
      const begun = performance.now();
      const figures = trainOn(classifier, adam, configuration.clip, batch);
      await figures.data();
      times.push(performance.now() - begun);
      figures.dispose();
    }
    return Math.min(...times.slice(1));
  } finally {
    adam.dispose();
    disposeClassifier(classifier);
  }
}

/** An Error's message that says what is missing and what works all the same. */
function nothingTrains(trials: readonly Trial[], asked: EngineName | undefined): string {
  const why = trials.map((found) => (found.ok ? '' : `${NAMES[found.engine]}: ${found.detail}`)).join('; ');
  const mend =
    asked === undefined
      ? 'Training needs WebAssembly or WebGL 2, which an up-to-date browser has unless it is set to refuse them. The lessons and the stage work all the same.'
      : 'Let the page choose the engine instead.';
  return `This browser can’t train a model (${why}). ${mend}`;
}

const NAMES: Readonly<Record<EngineName, string>> = { wasm: 'WebAssembly', webgl: 'WebGL' };
