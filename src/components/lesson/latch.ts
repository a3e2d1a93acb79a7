import type { Graph } from '../../lib/equations/graph.ts';
import { named, run } from '../../lib/equations/numbers.ts';

/** What the reader tunes of an LSTM with one unit and an input of one number. */
export interface LatchSettings {
  readonly bf: number;
  readonly Wi: number;
  readonly bi: number;
}

/** The signal to keep, then what must not disturb it. */
export const INPUTS = [1, 0.3, -0.4, 0.2, -0.3, 0.4, -0.2, 0.3] as const;

/** The tuned unit's other weights: the candidate is tanh(2x), the output gate stands open, nothing reads h. */
const FIXED = { Wf: 0, Uf: 0, Ui: 0, Wo: 0, Uo: 0, bo: 4, Wg: 2, Ug: 0, bg: 0 } as const;

/** At least so much is stored at the first step. */
export const STORED = 0.5;
/** The kept number may differ by this share of what was stored. */
export const TOLERANCE = 0.1;

/** What the unit did, a number a step. */
export interface LatchReading {
  readonly f: readonly number[];
  readonly i: readonly number[];
  readonly c: readonly number[];
}

/**
 * Runs the site's own LSTM with these settings.
 *
 * @param graph of the LSTM's equations; given and not read here, so that no parser travels with the exercise
 */
export function readLatch(graph: Graph, settings: LatchSettings): LatchReading {
  const parameters = new Map(
    Object.entries({ ...FIXED, ...settings }).map(([name, number]) => [name, [number]]),
  );
  const recording = run(
    graph,
    { input: 1, units: 1 },
    parameters,
    INPUTS.map((x) => [x]),
  );
  const series = (name: string) =>
    recording.steps.map((_, step) => named(recording, step, name)[0] ?? Number.NaN);
  return { f: series('f'), i: series('i'), c: series("c'") };
}

/** How the task went: kept, or the first thing in the way. */
export type LatchVerdict =
  | { readonly kind: 'kept'; readonly stored: number; readonly last: number }
  /** Too little came in with the signal. */
  | { readonly kind: 'notStored'; readonly stored: number }
  /** `left` is the share that the forget gate alone leaves over the later steps. */
  | { readonly kind: 'leaked'; readonly stored: number; readonly left: number }
  /** `added` is what the later inputs put on top of what the forget gate left. */
  | { readonly kind: 'disturbed'; readonly stored: number; readonly added: number };

export function judgeLatch({ f, c }: LatchReading): LatchVerdict {
  const stored = c[0] ?? Number.NaN;
  const last = c.at(-1) ?? Number.NaN;
  if (!(stored >= STORED)) return { kind: 'notStored', stored };
  if (Math.abs(last - stored) <= TOLERANCE * stored) return { kind: 'kept', stored, last };
  const left = f.slice(1).reduce((product, gate) => product * gate, 1);
  return left < 1 - TOLERANCE
    ? { kind: 'leaked', stored, left }
    : { kind: 'disturbed', stored, added: last - stored * left };
}
