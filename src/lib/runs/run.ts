import * as v from 'valibot';
import { StoredCheckpoint } from '../engine/checkpoint.ts';
import type { Trainer } from '../engine/client.ts';
import { Configuration } from '../engine/configuration.ts';
import type { Checkpoint, Outcome } from '../engine/protocol.ts';
import type { CurveEvent, RunRecord, RunStore } from './store.ts';

/** A run that was kept in this browser, and when. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly checkpoint: Checkpoint;
  readonly at: Date;
}

/** A trainer whose runs outlive the page. */
export interface Runs extends Trainer {
  /**
   * The run that was kept last, if there is one. What another version of the site kept, and this one can't go on with,
   * is dropped, and counted. Rejects where storage is refused.
   */
  lastRun(): Promise<{ readonly run: KeptRun | undefined; readonly dropped: number }>;
  /** Forgets the run that was kept last. */
  discard(): Promise<void>;
}

/**
 * Keeps what a trainer's runs report: the curve, the newest state, how it ended.
 *
 * @param unkept told once a run where the browser refuses to keep it (private mode, no room); training goes on all the same
 */
export function keepRuns(trainer: Trainer, store: RunStore, unkept: (why: string) => void): Runs {
  return {
    ...trainer,

    async train(configuration, tell, options = {}) {
      const { from } = options;
      const before = from === undefined ? undefined : await recordOf(store, from);
      let record: RunRecord = {
        id: before?.id ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`,
        at: new Date(),
        configuration,
        status: 'running',
        curve: before?.curve ?? [],
        checkpoint: from,
        outcome: undefined,
      };
      let refused = false;
      // One write after the other; each writes the newest record there is then.
      let writing = Promise.resolve();
      const write = (change: Partial<RunRecord>): void => {
        record = { ...record, ...change, at: new Date() };
        // Without a state there is nothing to offer later, and it would push out a run that has one.
        if (record.checkpoint === undefined) return;
        writing = writing
          .then(() => (refused ? undefined : store.put(record)))
          .catch((fault: unknown) => {
            refused = true;
            unkept(fault instanceof Error ? fault.message : String(fault));
          });
      };

      let outcome: Outcome;
      try {
        outcome = await trainer.train(
          configuration,
          (event) => {
            if (event.kind === 'checkpoint') write({ checkpoint: event.checkpoint });
            else if (event.kind !== 'loading' && event.kind !== 'retrying')
              record = { ...record, curve: joined(record.curve, event) };
            tell(event);
          },
          options,
        );
      } catch (fault) {
        write({ status: 'failed' });
        throw fault;
      }
      // Nothing happened to it: what was kept before stays as it was.
      if (outcome.kind === 'cancelled') return outcome;
      write({ status: outcome.kind, outcome });
      await writing;
      return outcome;
    },

    async lastRun() {
      let dropped = 0;
      for (const record of await store.list()) {
        if (record.checkpoint === undefined) continue;
        const found = v.safeParse(StoredCheckpoint, record.checkpoint);
        if (found.success) return { run: { record, checkpoint: found.output, at: record.at }, dropped };
        await store.delete(record.id);
        dropped += 1;
      }
      return { run: undefined, dropped };
    },

    async discard() {
      const newest = (await store.list()).find(({ checkpoint }) => checkpoint !== undefined);
      if (newest !== undefined) await store.delete(newest.id);
    },
  };
}

/** The kept run that a state belongs to, so that going on continues its curve. */
async function recordOf(
  store: RunStore,
  { step, configuration }: Checkpoint,
): Promise<RunRecord | undefined> {
  // Parsed, a configuration has its keys in one order.
  const written = (given: Configuration) => JSON.stringify(v.parse(Configuration, given));
  try {
    const records = await store.list();
    return records.find(
      ({ checkpoint }) =>
        checkpoint?.step === step && written(checkpoint.configuration) === written(configuration),
    );
  } catch {
    // Where storage is refused, the first write says so.
    return undefined;
  }
}

/** A curve with one more event; batches that are done again replace what they reported before. */
function joined(curve: readonly CurveEvent[], event: CurveEvent): CurveEvent[] {
  if (event.kind !== 'batch') return [...curve, event];
  const kept = curve.filter(
    (old) =>
      (old.kind !== 'batch' || old.step < event.step) && (old.kind !== 'epoch' || old.epoch < event.epoch),
  );
  return [...kept, event];
}
