import type { Architecture } from './architecture.ts';
import type { BuildLearner, Limits } from './learner.ts';
import type { EngineName, EngineProblem } from './protocol.ts';

/** An engine that has started. */
export interface Engine {
  readonly name: EngineName;
  readonly build: BuildLearner;
  /**
   * Bytes that a learner will take.
   * @throws Error for what this engine can't build
   */
  readonly forecast: (architecture: Architecture, limits: Limits) => number;
}

/** Why an engine doesn't start here, or doesn't train this model. */
export interface Refusal {
  readonly reason: EngineProblem;
  readonly detail: string;
}

/**
 * How engines are started where the studio runs: each loads its code at its first use.
 *
 * @param asked whether a reader wants this very engine, be it slow
 */
export type StartEngine = (engine: EngineName, asked: boolean) => Promise<Engine | Refusal>;

export const isRefusal = (started: Engine | Refusal): started is Refusal => 'reason' in started;

export const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
