import { describe, expect, it } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import type { Reviews } from '../imdb/format.ts';
import { type Configuration, quickRun } from './configuration.ts';
import type { StartEngine } from './engine.ts';
import { fleetOf } from './fleet.ts';
import { EngineLost } from './lost.ts';
import type { Checkpoint, Frame } from './protocol.ts';
import { checkpointOf, closeSession, openSession, type Session } from './session.ts';
import { stableOf } from './stable.ts';
import { engineInNumbers, type Mischief } from './testing/learner-in-numbers.ts';
import { type Pace, type Parts, train } from './training.ts';

/** Made-up reviews of several lengths: a positive one holds word 5, a negative one word 6. */
function reviews(count: number): Reviews {
  const texts = Array.from({ length: count }, (_, k) => [
    1,
    3 + (k % 2),
    ...new Array(k % 5).fill(7),
    k % 2 === 1 ? 5 : 6,
    8,
  ]);
  const starts = [0];
  for (const text of texts) starts.push((starts.at(-1) ?? 0) + text.length);
  return {
    ids: Uint16Array.from(texts.flat()),
    starts: Uint32Array.from(starts),
    labels: Uint8Array.from(texts, (_, k) => k % 2),
  };
}

const PARTS = { training: reviews(26), validation: async () => reviews(10), test: async () => reviews(12) };
const SMALL: Configuration = {
  ...quickRun(lstm),
  units: 4,
  embedding: 3,
  tokens: 6,
  vocabulary: 100,
  batch: 4,
  epochs: 3,
  rate: 0.02,
  dropout: 0.25,
};
/** A frame and a kept state for every batch. */
const EVERY: Pace = { frames: 0, firstCheckpoint: 0, checkpoints: 0 };

interface Watched {
  readonly frames: Frame[];
  readonly checkpoints: Checkpoint[];
}

const open = (configuration: Configuration, from?: Checkpoint, mischief?: Mischief) =>
  openSession(engineInNumbers('wasm', mischief), configuration, from);
const noOther: StartEngine = async () => ({ reason: 'no-webgl2', detail: 'none' });

async function trainAll(
  session: Session,
  stopAt = Number.POSITIVE_INFINITY,
  pace = EVERY,
  parts: Partial<Parts> = {},
  start = noOther,
  mischief: Mischief = {},
) {
  const seen: Watched = { frames: [], checkpoints: [] };
  const first = { engine: engineInNumbers(session.learner.engine, mischief), trials: [] };
  const onFrame = (frame: Frame): void => {
    seen.frames.push(frame);
    if (frame.kind === 'checkpoint') seen.checkpoints.push(frame.checkpoint);
  };
  const outcome = await train(
    session,
    { ...PARTS, ...parts },
    { onFrame, stopping: () => session.learner.step >= stopAt },
    fleetOf(session, stableOf(start), first, false, onFrame),
    pace,
  );
  return { outcome, ...seen };
}

const numbersOf = ({ weights, moments }: Checkpoint) => [weights, moments];

describe('a run', () => {
  it('learns, reports every batch and epoch, and ends with the held-out score', async () => {
    const session = await open({ ...SMALL, epochs: 12, dropout: 0 });
    const { outcome, frames } = await trainAll(session);
    closeSession(session);
    // 26 reviews in fours: seven batches an epoch.
    expect(outcome.kind).toBe('finished');
    expect(outcome.step).toBe(12 * 7);
    if (outcome.kind === 'diverged') throw new Error('unreachable');
    expect(outcome.test.reviews).toBe(12);
    expect(outcome.test.accuracy).toBe(1);
    const batches = frames.filter((frame) => frame.kind === 'batch');
    expect(batches.map(({ step }) => step)).toEqual(Array.from({ length: 84 }, (_, k) => k + 1));
    expect(batches.map(({ epoch }) => epoch)).toEqual(batches.map(({ step }) => Math.ceil(step / 7)));
    expect(batches[0]?.loss).toBeCloseTo(Math.LN2, 1);
    const epochs = frames.filter((frame) => frame.kind === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, k) => k + 1));
    expect(
      epochs.every(({ training, validation }) => training.reviews === 26 && validation.reviews === 10),
    ).toBe(true);
    expect(epochs.at(-1)?.training.loss).toBeLessThan(0.3);
  });

  it('is the same whenever it is run', async () => {
    const ends = [];
    for (let k = 0; k < 2; k++) {
      const session = await open(SMALL);
      const { checkpoints } = await trainAll(session);
      closeSession(session);
      ends.push(checkpoints.at(-1));
    }
    const [one, other] = ends;
    if (one === undefined || other === undefined) throw new Error('no checkpoint');
    expect(numbersOf(one)).toEqual(numbersOf(other));
  });

  it.each([3, 7, 9])('goes on from batch %i as if it had never stopped', async (stopAt) => {
    const whole = await open(SMALL);
    const uninterrupted = await trainAll(whole);
    closeSession(whole);

    const first = await open(SMALL);
    const { outcome, checkpoints } = await trainAll(first, stopAt);
    closeSession(first);
    expect(outcome).toMatchObject({ kind: 'stopped', step: stopAt });
    const kept = checkpoints.at(-1);
    expect(kept?.step).toBe(stopAt);

    const second = await open(SMALL, structuredClone(kept));
    const resumed = await trainAll(second);
    closeSession(second);
    const [a, b] = [uninterrupted.checkpoints.at(-1), resumed.checkpoints.at(-1)];
    if (a === undefined || b === undefined) throw new Error('no checkpoint');
    expect(numbersOf(b)).toEqual(numbersOf(a));
    expect(resumed.outcome).toEqual(uninterrupted.outcome);
    const epochs = (frames: readonly Frame[]) =>
      frames.filter((frame) => frame.kind === 'epoch').map(({ training }) => training.loss.toFixed(6));
    const later = epochs(resumed.frames);
    expect(later.length).toBeGreaterThan(0);
    expect(later).toEqual(epochs(uninterrupted.frames).slice(-later.length));
  });

  it('keeps its first state early, and the next ones less often', async () => {
    const session = await open({ ...SMALL, epochs: 1 });
    const { checkpoints } = await trainAll(session, undefined, { ...EVERY, checkpoints: 1e6 });
    closeSession(session);
    // The second batch, after which its engine has been checked, and the end of the epoch.
    expect(checkpoints.map(({ step }) => step)).toEqual([2, 7]);
  });

  it('can be stopped while the validation part loads, which then need not come', async () => {
    const validation = () => Promise.reject(new Error('offline'));
    const stopped = await open(SMALL);
    const { outcome, frames } = await trainAll(stopped, 7, EVERY, { validation });
    closeSession(stopped);
    expect(outcome).toMatchObject({ kind: 'stopped', step: 7, test: { reviews: 12 } });
    expect(frames.some(({ kind }) => kind === 'epoch')).toBe(false);
    const running = await open(SMALL);
    await expect(trainAll(running, undefined, EVERY, { validation })).rejects.toThrow('offline');
    closeSession(running);
  });

  /** States multiply: weights of 1e20 leave float32 within two words. */
  const GROWING = "h' = W x + U h";

  it('says where it diverged, and goes back to its last good state', async () => {
    // Adam's first steps are as long as the rate: weights near 200, 400, ... multiply nine times.
    const session = await open({ ...SMALL, equations: GROWING, starts: [], rate: 200, epochs: 9 });
    const { outcome, frames, checkpoints } = await trainAll(session);
    const { step } = outcome;
    expect(outcome.kind).toBe('diverged');
    expect(step).toBeGreaterThan(2);
    expect(frames.at(-1)).toMatchObject({
      kind: 'diverged',
      step,
      good: step - 1,
      culprit: { where: 'norm' },
    });
    const kept = checkpoints.at(-1);
    expect(kept?.step).toBe(step - 1);
    if (kept === undefined) throw new Error('no checkpoint');
    expect(numbersOf(await checkpointOf(session))).toEqual(numbersOf(kept));
  });

  it('finds the batch again that made no sense, though it was noticed later', async () => {
    const rare: Pace = { frames: 1e6, firstCheckpoint: 1e6, checkpoints: 1e6 };
    const session = await open({ ...SMALL, equations: GROWING, starts: [], rate: 1e20, epochs: 9 });
    const { outcome, frames } = await trainAll(session, undefined, rare);
    expect(outcome).toEqual({ kind: 'diverged', step: 2 });
    expect(frames.filter(({ kind }) => kind === 'batch')).toHaveLength(1);
    expect(frames.at(-1)).toMatchObject({
      kind: 'diverged',
      good: 0,
      culprit: { where: 'value', name: "h'", statement: GROWING },
    });
    expect(session.learner.step).toBe(0);
  });

  it('names the weight that is no number', async () => {
    const session = await open({ ...SMALL, rate: 1e39 });
    const { outcome, frames, checkpoints } = await trainAll(session);
    expect(outcome).toEqual({ kind: 'diverged', step: 2 });
    expect(frames.at(-1)).toMatchObject({
      good: 0,
      culprit: { where: 'weight', variable: 'embedding.table' },
    });
    expect(checkpoints).toEqual([]);
  });

  it('whose device is lost goes on from its last state on a fresh one, to the same end', async () => {
    const whole = await trainAll(await open(SMALL));
    const losing = new Set([4, 11, 17]);
    const mischief: Mischief = {
      before: (step) => {
        if (losing.delete(step)) throw new EngineLost('taken away');
      },
    };
    const session = await open(SMALL, undefined, mischief);
    const start: StartEngine = async (name) => engineInNumbers(name, mischief);
    const { outcome, frames, checkpoints } = await trainAll(session, undefined, EVERY, {}, start);
    expect(outcome).toEqual(whole.outcome);
    const [a, b] = [whole.checkpoints.at(-1), checkpoints.at(-1)];
    if (a === undefined || b === undefined) throw new Error('no checkpoint');
    expect(numbersOf(b)).toEqual(numbersOf(a));
    const restarts = frames.filter((frame) => frame.kind === 'restarted');
    expect(restarts).toEqual([4, 11, 17].map((at) => ({ kind: 'restarted', at, from: at, why: 'context' })));
  });

  it('is begun anew on another engine where the first computes wrong numbers', async () => {
    const whole = await trainAll(await open(SMALL));
    const slips: Mischief = { slip: 0.01 };
    const session = await open(SMALL, undefined, slips);
    const start: StartEngine = async (name) => engineInNumbers(name, name === 'wasm' ? slips : {});
    const pace = { ...EVERY, firstCheckpoint: 1e6, checkpoints: 1e6 };
    const { outcome, frames, checkpoints } = await trainAll(session, undefined, pace, {}, start, slips);
    expect(session.learner.engine).toBe('webgl');
    expect(frames).toContainEqual({ kind: 'restarted', at: 1, from: 0, why: 'wrong' });
    expect(outcome).toEqual(whole.outcome);
    expect(checkpoints.at(-1)?.weights).toEqual(whole.checkpoints.at(-1)?.weights);
  });

  it('whose device is lost again and again moves to another engine', async () => {
    const never: Mischief = {
      before: (step) => {
        if (step === 5) throw new EngineLost('taken away');
      },
    };
    const session = await openSession(engineInNumbers('webgl', never), SMALL);
    const start: StartEngine = async (name) => engineInNumbers(name, name === 'webgl' ? never : {});
    const { outcome, frames } = await trainAll(session, undefined, EVERY, {}, start);
    expect(outcome.kind).toBe('finished');
    expect(session.learner.engine).toBe('wasm');
    const report = frames.filter((frame) => frame.kind === 'engine').at(-1)?.report;
    expect(report?.trials.find(({ engine }) => engine === 'webgl')).toMatchObject({
      ok: false,
      reason: 'context-lost',
    });
  });

  it('refuses a state of another model', async () => {
    const { good } = await open(SMALL);
    const weights = new Map([...good.weights, ['embedding.table', new Float32Array(9)]]);
    await expect(open(SMALL, { ...good, weights })).rejects.toThrow(
      /embedding.table has 9 numbers, expected 300/,
    );
  });
});
