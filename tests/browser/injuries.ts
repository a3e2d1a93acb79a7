import type { Page } from 'playwright-core';
import type { Configuration } from '../../src/lib/engine/configuration.ts';
import type { Checkpoint, EngineName, Frame, Outcome } from '../../src/lib/engine/protocol.ts';
import type { EngineScope } from './engine-page.ts';

/**
 * What can befall a worker: it is ended from outside (mid-batch, without a word), it ends itself, an error leaves it,
 * or its graphics context is taken away.
 */
export const INJURIES = ['terminate', 'close', 'throw', 'context'] as const;
export type Injury = (typeof INJURIES)[number];

/** Put in front of every worker's script: does what the page tells it. */
export const HAND = `
{
  const contexts = [];
  const own = OffscreenCanvas.prototype.getContext;
  OffscreenCanvas.prototype.getContext = function (...given) {
    const context = own.apply(this, given);
    if (context !== null && !contexts.includes(context)) contexts.push(context);
    return context;
  };
  new BroadcastChannel('injury').onmessage = ({ data }) => {
    if (data === 'close') close();
    if (data === 'throw') setTimeout(() => { throw new Error('an injected fault'); });
    if (data === 'context')
      for (const context of contexts)
        if (!context.isContextLost()) context.getExtension('WEBGL_lose_context')?.loseContext();
  };
}
`;

export interface Injured {
  readonly outcome: Outcome;
  /** How often the run was said to go on, and from which batch. */
  readonly restarts: readonly { readonly at: number; readonly from: number; readonly why: string }[];
  /** Injuries done; fewer than asked for where the run was over before. */
  readonly injuries: number;
  /** Engines that trained, in order. */
  readonly engines: readonly EngineName[];
  /** Largest difference of weights and moments to the run that nothing befell, relative to the largest number of each. */
  readonly difference: number;
}

/** To be called once on a page: keeps a hand on its workers and makes a run to compare with. */
export async function prepareInjuries(
  page: Page,
  configuration: Configuration,
  engine: EngineName,
): Promise<void> {
  await page.evaluate(
    async ([configuration, engine]) => {
      const scope = globalThis as unknown as EngineScope & { made: Worker[]; whole: Checkpoint };
      if (scope.made === undefined) {
        scope.made = [];
        globalThis.Worker = class extends Worker {
          constructor(...given: ConstructorParameters<typeof Worker>) {
            super(...given);
            scope.made.push(this);
          }
        };
      }
      const trainer = scope.createTrainer();
      const hear = (frame: Frame) => {
        if (frame.kind === 'checkpoint') scope.whole = frame.checkpoint;
      };
      await trainer.train(configuration, hear, { engine });
      trainer.dispose();
    },
    [configuration, engine] as const,
  );
}

export interface PlannedInjury {
  readonly injury: Injury;
  /** What it waits for since the run began or went on: its first report, or its first state that was kept. */
  readonly since: 'batch' | 'checkpoint';
  /** Milliseconds after that. */
  readonly after: number;
}

/** A run that is injured, one injury after another. @param silence milliseconds after which a worker counts as gone */
export async function injuredRun(
  page: Page,
  configuration: Configuration,
  engine: EngineName,
  injuries: readonly PlannedInjury[],
  silence: number,
): Promise<Injured> {
  return page.evaluate(
    async ([configuration, engine, injuries, silence]) => {
      const scope = globalThis as unknown as EngineScope & { made: Worker[]; whole: Checkpoint };
      const channel = new BroadcastChannel('injury');
      const trainer = scope.createTrainer({ patience: { interval: 50, silence } });
      const waiting = [...injuries];
      const restarts: { at: number; from: number; why: string }[] = [];
      const engines: EngineName[] = [];
      let done = 0;
      let last: Checkpoint | undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const plan = (kind: Frame['kind']) => {
        const [next] = waiting;
        if (timer !== undefined || next === undefined || kind !== next.since) return;
        waiting.shift();
        timer = setTimeout(() => {
          done += 1;
          if (next.injury === 'terminate') for (const worker of scope.made) worker.terminate();
          else channel.postMessage(next.injury);
        }, next.after);
      };
      const hear = (frame: Frame) => {
        if (frame.kind === 'checkpoint') last = frame.checkpoint;
        if (frame.kind === 'engine' && engines.at(-1) !== frame.report.chosen)
          engines.push(frame.report.chosen);
        if (frame.kind === 'restarted') {
          restarts.push({ at: frame.at, from: frame.from, why: frame.why });
          timer = undefined;
        }
        plan(frame.kind);
      };
      try {
        const outcome = await trainer.train(configuration, hear, { engine });
        const numbers = ({ weights, moments }: Checkpoint) =>
          new Map([
            ...weights,
            ...[...moments].flatMap(
              ([name, { first, second }]) =>
                [
                  [`${name} first`, first],
                  [`${name} second`, second],
                ] as const,
            ),
          ]);
        let difference = last === undefined ? Number.POSITIVE_INFINITY : 0;
        const received = last === undefined ? undefined : numbers(last);
        for (const [name, expected] of numbers(scope.whole)) {
          const found = received?.get(name);
          const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
          expected.forEach((value, k) => {
            const apart = Math.abs((found?.[k] ?? Number.NaN) - value) / largest;
            difference = Math.max(difference, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
          });
        }
        return { outcome, restarts, injuries: done, engines, difference };
      } finally {
        clearTimeout(timer);
        channel.close();
        trainer.dispose();
        scope.made.length = 0;
      }
    },
    [configuration, engine, injuries, silence] as const,
  );
}
