import { describe, expect, it, vi } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import type { Trainer } from '../engine/client.ts';
import { quickRun } from '../engine/configuration.ts';
import type { Checkpoint, Frame, Outcome } from '../engine/protocol.ts';
import { keepRuns } from './run.ts';
import type { RunRecord, RunStore } from './store.ts';

const CONFIGURATION = { ...quickRun(lstm), units: 2, embedding: 2, vocabulary: 100 };
const FINISHED: Outcome = { kind: 'finished', step: 4, test: { accuracy: 1, loss: 0.1, reviews: 2 } };

const checkpointAt = (step: number): Checkpoint => ({
  configuration: CONFIGURATION,
  step,
  epoch: { loss: 0, right: 0, reviews: 0 },
  weights: new Map(),
  moments: new Map(),
});
const batchFrame = (step: number): Frame => ({
  kind: 'batch',
  step,
  steps: 4,
  epoch: 1,
  loss: 1 / step,
  accuracy: 0.5,
  gradientNorm: 1,
  millisecondsABatch: 1,
});

/** A store as the browser's, without a browser: what is put is cloned, as IndexedDB does. */
function memoryStore(): RunStore & { readonly records: Map<string, RunRecord> } {
  const records = new Map<string, RunRecord>();
  return {
    records,
    list: async () => [...records.values()].reverse(),
    put: async (record) => {
      records.set(record.id, structuredClone(record));
    },
    delete: async (id) => {
      records.delete(id);
    },
  };
}

/** A trainer that tells these events and then ends. */
function trainerThat(events: readonly Frame[], end: () => Promise<Outcome> = async () => FINISHED): Trainer {
  const unasked = async () => {
    throw new Error('not asked for');
  };
  return {
    train: async (_configuration, tell) => {
      for (const event of events) tell(event);
      return end();
    },
    stop: unasked,
    evaluate: unasked,
    predict: unasked,
    weights: unasked,
    restore: unasked,
    selfTest: unasked,
    prepare: unasked,
    choose: unasked,
    forecast: unasked,
    dispose: () => undefined,
  };
}

describe('kept runs', () => {
  it('keep the curve, the newest state and the ending', async () => {
    const store = memoryStore();
    const events: Frame[] = [
      { kind: 'loading', progress: { bytes: 1, of: 2 } },
      batchFrame(1),
      { kind: 'checkpoint', checkpoint: checkpointAt(1) },
      batchFrame(2),
      { kind: 'checkpoint', checkpoint: checkpointAt(2) },
    ];
    const unkept = vi.fn();
    const runs = keepRuns(trainerThat(events), store, unkept);
    const told: Frame[] = [];
    expect(await runs.train(CONFIGURATION, (event) => told.push(event))).toEqual(FINISHED);
    expect(told).toEqual(events);
    const { run: kept } = await runs.lastRun();
    expect(kept?.checkpoint).toEqual(checkpointAt(2));
    expect(kept?.record).toMatchObject({ status: 'finished', outcome: FINISHED });
    expect(kept?.record.curve).toEqual([batchFrame(1), batchFrame(2)]);
    expect(unkept).not.toHaveBeenCalled();
    await runs.discard();
    expect((await runs.lastRun()).run).toBeUndefined();
  });

  it('go on under their own name, and batches done again replace what they had reported', async () => {
    const store = memoryStore();
    const first = [
      batchFrame(1),
      { kind: 'checkpoint', checkpoint: checkpointAt(1) },
      batchFrame(2),
    ] as const;
    const broken = keepRuns(
      trainerThat(first, async () => {
        throw new Error('lost');
      }),
      store,
      () => undefined,
    );
    await expect(broken.train(CONFIGURATION, () => undefined)).rejects.toThrow('lost');
    const { run: kept } = await broken.lastRun();
    expect(kept?.record.status).toBe('failed');
    const from = kept?.checkpoint;
    if (from === undefined) throw new Error('nothing kept');
    const runs = keepRuns(trainerThat([batchFrame(2), batchFrame(3)]), store, () => undefined);
    await runs.train(CONFIGURATION, () => undefined, { from });
    expect(store.records.size).toBe(1);
    const record = (await runs.lastRun()).run?.record;
    expect(record?.status).toBe('finished');
    expect(record?.curve).toEqual([batchFrame(1), batchFrame(2), batchFrame(3)]);
  });

  it('that were cancelled, or left no state, leave what was kept as it was', async () => {
    const store = memoryStore();
    const first = keepRuns(
      trainerThat([batchFrame(1), { kind: 'checkpoint', checkpoint: checkpointAt(1) }]),
      store,
      () => undefined,
    );
    await first.train(CONFIGURATION, () => undefined);
    const kept = await first.lastRun();
    const cancelled = keepRuns(
      trainerThat([], async () => ({ kind: 'cancelled', step: 1 })),
      store,
      () => undefined,
    );
    await cancelled.train(CONFIGURATION, () => undefined);
    await cancelled.train(CONFIGURATION, () => undefined, { from: checkpointAt(1) });
    const failed = keepRuns(
      trainerThat([], async () => {
        throw new Error('lost');
      }),
      store,
      () => undefined,
    );
    await expect(failed.train(CONFIGURATION, () => undefined)).rejects.toThrow('lost');
    expect(await cancelled.lastRun()).toEqual(kept);
    expect(store.records.size).toBe(1);
  });

  it('say once that nothing can be kept, and train all the same', async () => {
    const refuse = async () => {
      throw new Error('storage is full');
    };
    const store: RunStore = { list: refuse, put: refuse, delete: refuse };
    const unkept = vi.fn();
    const events: Frame[] = [1, 2, 3].map((step) => ({ kind: 'checkpoint', checkpoint: checkpointAt(step) }));
    const runs = keepRuns(trainerThat(events), store, unkept);
    expect(await runs.train(CONFIGURATION, () => undefined, { from: checkpointAt(0) })).toEqual(FINISHED);
    expect(unkept.mock.calls).toEqual([['storage is full']]);
  });

  it('of another version of the site are dropped, and counted', async () => {
    const store = memoryStore();
    const record = (id: string, checkpoint: Checkpoint): RunRecord => ({
      ...{ id, at: new Date(), configuration: CONFIGURATION, status: 'running', curve: [] },
      ...{ checkpoint, outcome: undefined },
    });
    const { weights: _, ...old } = checkpointAt(3);
    await store.put(record('new', checkpointAt(3)));
    await store.put(record('old', { ...old, model: 'of old' } as unknown as Checkpoint));
    const runs = keepRuns(trainerThat([]), store, () => undefined);
    const { run, dropped } = await runs.lastRun();
    expect([run?.record.id, dropped]).toEqual(['new', 1]);
    expect([...store.records.keys()]).toEqual(['new']);
    expect((await runs.lastRun()).dropped).toBe(0);
  });
});
