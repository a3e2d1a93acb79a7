import { type Engine, isRefusal, type StartEngine } from './engine.ts';
import { ENGINES, type EngineName, type Trial } from './protocol.ts';

/** What a run begins with. */
export interface FirstEngine {
  readonly engine: Engine;
  /** What was found of the engines that were refused before it. */
  readonly trials: readonly Trial[];
}

/**
 * The first engine that starts here: the one asked for, or else in the order of `ENGINES`. Whether it computes what is
 * known is checked after the first batch, for which nobody is to wait.
 *
 * @throws Error where none does, or not the one asked for
 */
export async function firstEngine(start: StartEngine, asked?: EngineName): Promise<FirstEngine> {
  const trials: Trial[] = [];
  for (const name of asked === undefined ? ENGINES : [asked]) {
    // Whichever comes first is taken as if it were asked for: be it slow, it trains.
    const engine = await start(name, true);
    if (!isRefusal(engine)) return { engine, trials };
    trials.push({ engine: name, ok: false, ...engine });
  }
  throw new Error(nothingTrains(trials, asked));
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
