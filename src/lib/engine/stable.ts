import type { Configuration } from './configuration.ts';
import { type Engine, isRefusal, messageOf, type Refusal, type StartEngine } from './engine.ts';
import type { Learner } from './learner.ts';
import { EngineLost } from './lost.ts';
import type { EngineName } from './protocol.ts';
import { wrongNumbers } from './selftest.ts';
import { buildOn } from './session.ts';

/** All engines of a worker, and what is known of them. */
export interface Stable {
  readonly start: StartEngine;
  /** Why an engine must not train, found once in a worker's life; undefined where it computes what is known. */
  check(engine: Engine): Promise<Refusal | undefined>;
  /** A learner on an engine that computes what is known; or why there is none. */
  learner(name: EngineName, configuration: Configuration, asked: boolean): Promise<Learner | Refusal>;
}

export function stableOf(start: StartEngine): Stable {
  const checked = new Map<EngineName, Refusal | undefined>();
  const check = async (engine: Engine): Promise<Refusal | undefined> => {
    if (!checked.has(engine.name)) {
      const wrong = await wrongNumbers(engine);
      checked.set(engine.name, wrong === undefined ? undefined : { reason: 'wrong-numbers', detail: wrong });
    }
    return checked.get(engine.name);
  };
  return {
    start,
    check,
    async learner(name, configuration, asked) {
      try {
        const engine = await start(name, asked);
        if (isRefusal(engine)) return engine;
        return (await check(engine)) ?? (await buildOn(engine, configuration));
      } catch (fault) {
        return refusalBy(fault);
      }
    },
  };
}

export const refusalBy = (fault: unknown): Refusal => ({
  reason: fault instanceof EngineLost ? 'context-lost' : 'model-refused',
  detail: messageOf(fault),
});
