import type { Configuration } from './configuration.ts';
import { type Engine, isRefusal, messageOf, type Refusal, type StartEngine } from './engine.ts';
import type { Learner } from './learner.ts';
import { EngineLost } from './lost.ts';
import { ENGINES, type EngineName, type Trial } from './protocol.ts';
import { wrongNumbers } from './selftest.ts';
import { buildOn } from './session.ts';

/** What the fleet begins with. */
export interface FirstEngine {
  readonly engine: Engine;
  /** What was found of this engine and of those that were refused before it. */
  readonly trials: readonly Trial[];
}

/**
 * The first engine that starts here and computes what is known: the one asked for, or else in the order of `ENGINES`.
 *
 * @throws Error where none does, or not the one asked for
 */
export async function firstEngine(start: StartEngine, asked?: EngineName): Promise<FirstEngine> {
  const trials: Trial[] = [];
  for (const name of asked === undefined ? ENGINES : [asked]) {
    // Whichever comes first is taken as if it were asked for: be it slow, it trains.
    const engine = await checked(start, name, true);
    if (!isRefusal(engine))
      return { engine, trials: [...trials, { engine: name, ok: true, millisecondsABatch: undefined }] };
    trials.push({ engine: name, ok: false, ...engine });
  }
  throw new Error(nothingTrains(trials, asked));
}

/** An engine that has started and computes what is known. */
export async function checked(
  start: StartEngine,
  name: EngineName,
  asked: boolean,
): Promise<Engine | Refusal> {
  const engine = await start(name, asked);
  if (isRefusal(engine)) return engine;
  try {
    const wrong = await wrongNumbers(engine);
    return wrong === undefined ? engine : { reason: 'wrong-numbers', detail: wrong };
  } catch (fault) {
    return refusalBy(fault);
  }
}

export const refusalBy = (fault: unknown): Refusal => ({
  reason: fault instanceof EngineLost ? 'context-lost' : 'model-refused',
  detail: messageOf(fault),
});

/** A learner on an engine that computes what is known; or why there is none. */
export async function learnerOn(
  start: StartEngine,
  name: EngineName,
  configuration: Configuration,
  asked: boolean,
): Promise<Learner | Refusal> {
  const engine = await checked(start, name, asked);
  if (isRefusal(engine)) return engine;
  try {
    return await buildOn(engine, configuration);
  } catch (fault) {
    return refusalBy(fault);
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

export const NAMES: Readonly<Record<EngineName, string>> = {
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  tfjs: 'TensorFlow.js',
};
