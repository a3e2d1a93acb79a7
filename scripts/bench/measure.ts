import type { Case, Engine } from './cases.ts';
import { median } from './median.ts';

/** An engine that can be asked for times, wherever it runs. */
export interface Runner {
  readonly engine: Engine;
  /** Builds the model of a case. */
  prepare(of: Case): Promise<void>;
  /** Trains on so many batches. @returns milliseconds a batch */
  time(batches: number): Promise<number>;
  /** Draw calls a batch; 0 where nothing is drawn. */
  draws(): Promise<number>;
  /** Gives back what `prepare` took. */
  end(): Promise<void>;
}

/** One engine on one case. */
export interface Row {
  readonly cell: Case['cell'];
  readonly engine: Engine;
  readonly steps: number;
  readonly units: number;
  readonly batch: number;
  /** Milliseconds a batch, the median of the rounds. */
  readonly ms: number;
  /** Draw calls a batch. */
  readonly draws: number;
  /** Milliseconds a batch in each round. */
  readonly rounds: readonly number[];
}

/** How many times as fast as `over` an engine is: the median of what the rounds say. */
export interface Ratio {
  readonly cell: Case['cell'];
  readonly steps: number;
  readonly units: number;
  readonly engine: Engine;
  readonly over: Engine;
  readonly ratio: number;
}

/** What one round of an engine takes, about, in milliseconds: long enough that clocks and pauses count little. */
const ROUND = 600;
/** Warming up ends after so many milliseconds or batches, whichever comes first, and after two batches at least. */
const WARM_UP = { milliseconds: 3000, batches: 100 } as const;

/**
 * Times the runners on one case. They take turns within a round, in one order and then in the other, so that whatever
 * else the machine does hits all of them alike.
 *
 * @param report hears what is being done, in words
 * @returns a row for each runner that could do it; one that could not is reported and left out
 */
export async function measure(
  of: Case,
  runners: readonly Runner[],
  rounds: number,
  report: (words: string) => void,
): Promise<readonly Row[]> {
  const ready: { readonly runner: Runner; readonly batches: number; readonly draws: number }[] = [];
  try {
    for (const runner of runners) {
      report(`${runner.engine} warms up`);
      try {
        await runner.prepare(of);
        const batches = await warmUp(runner);
        ready.push({ runner, batches, draws: await runner.draws() });
      } catch (fault) {
        const [why] = String(fault instanceof Error ? fault.message : fault).split('\n');
        report(`${runner.engine} is left out: ${why}`);
      }
    }
    const times = new Map<Engine, number[]>(ready.map(({ runner }) => [runner.engine, []]));
    for (let round = 0; round < rounds; round++)
      for (const { runner, batches } of round % 2 === 0 ? ready : ready.toReversed()) {
        const milliseconds = await runner.time(batches);
        times.get(runner.engine)?.push(milliseconds);
        report(`round ${round + 1} of ${rounds}: ${runner.engine} ${milliseconds.toFixed(1)} ms a batch`);
      }
    const { cell, steps, units, batch } = of;
    return ready.map(({ runner: { engine }, draws }) => {
      const all = times.get(engine) ?? [];
      return { cell, engine, steps, units, batch, ms: median(all), draws, rounds: all };
    });
  } finally {
    for (const runner of runners) await runner.end();
  }
}

/** @returns how many batches make a round */
async function warmUp(runner: Runner): Promise<number> {
  // The first batch compiles programs and fills caches.
  await runner.time(1);
  let last = Number.NaN;
  const begun = performance.now();
  for (let batches = 0, next = 1; batches < WARM_UP.batches; batches += next, next = Math.min(2 * next, 20)) {
    last = await runner.time(next);
    if (performance.now() - begun > WARM_UP.milliseconds) break;
  }
  return Math.min(200, Math.max(1, Math.ceil(ROUND / last)));
}

/** Every engine of this site over every other engine, from the rounds that they ran side by side. */
export function ratiosOf(rows: readonly Row[]): readonly Ratio[] {
  return rows
    .filter(({ engine }) => engine.startsWith('unrolled-'))
    .flatMap((own) =>
      rows
        .filter((other) => other.engine !== own.engine && sameCase(own, other))
        .map(({ engine: over, rounds }): Ratio => {
          const { cell, steps, units, engine } = own;
          const ratio = median(rounds.map((time, round) => time / (own.rounds[round] ?? Number.NaN)));
          return { cell, steps, units, engine, over, ratio };
        }),
    );
}

export function sameCase(a: Ratio | Row, b: Ratio | Row): boolean {
  return a.cell === b.cell && a.steps === b.steps && a.units === b.units;
}
