import { describe, expect, it, vi } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import { architectureOf } from './classifier-architecture.ts';
import { type Configuration, quickRun } from './configuration.ts';
import type { Engine, StartEngine } from './engine.ts';
import { firstEngine } from './first-engine.ts';
import { type Fleet, fleetOf } from './fleet.ts';
import type { Learner } from './learner.ts';
import { EngineLost } from './lost.ts';
import type { EngineReport, Frame } from './protocol.ts';
import { madeUpBatch } from './selftest.ts';
import { checkpointOf, openSession, type Session } from './session.ts';
import { stableOf } from './stable.ts';
import { engineInNumbers, type Mischief } from './testing/learner-in-numbers.ts';

const SMALL: Configuration = {
  ...quickRun(lstm),
  units: 3,
  embedding: 2,
  vocabulary: 100,
  batch: 2,
  tokens: 5,
};
const batch = madeUpBatch(SMALL);

const working =
  (mischief: Partial<Record<Engine['name'], Mischief>> = {}): StartEngine =>
  async (name) =>
    engineInNumbers(name, mischief[name]);

/** Takes its time over a batch. */
const slow = (milliseconds: number): Mischief => ({
  before: () => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  },
});

describe('the first engine', () => {
  it('is the first of the list that starts', async () => {
    const { engine, trials } = await firstEngine(working());
    expect(engine.name).toBe('wasm');
    expect(trials).toEqual([]);
  });

  it('is the one that was asked for, and no other is started', async () => {
    const start = vi.fn(working());
    expect((await firstEngine(start, 'webgl')).engine.name).toBe('webgl');
    expect(start.mock.calls).toEqual([['webgl', true]]);
  });

  it('says what is missing and what works all the same where nothing trains', async () => {
    const none: StartEngine = async (engine) => ({
      reason: 'wasm-refused',
      detail: `${engine} is switched off`,
    });
    await expect(firstEngine(none)).rejects.toThrow(
      /WebAssembly: wasm is switched off; WebGL: webgl is switched off.*The lessons and the stage work/,
    );
    await expect(firstEngine(none, 'webgl')).rejects.toThrow(/Let the page choose/);
  });
});

interface Scene {
  readonly session: Session;
  readonly fleet: Fleet;
  readonly reports: EngineReport[];
}

async function scene(start: StartEngine, asked = false): Promise<Scene> {
  const first = await firstEngine(start);
  const session = await openSession(first.engine, SMALL);
  const reports: EngineReport[] = [];
  const onFrame = (frame: Frame): void => {
    if (frame.kind === 'engine') reports.push(frame.report);
  };
  return { session, fleet: fleetOf(session, stableOf(start), first, asked, onFrame, 20), reports };
}

/** Trains on the same batch, as the loop does, until the judge has had its say. */
async function turns({ session, fleet, reports }: Scene, present: number): Promise<void> {
  const until = performance.now() + 8_000;
  while (performance.now() < until) {
    const next: Learner | undefined = await fleet.between(present, () => batch);
    if (next !== undefined) {
      session.good = await checkpointOf(session);
      fleet.moveTo(next);
    }
    session.learner.learn(batch);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const last = reports.at(-1);
    if (reports.length > 2 && last?.trying === undefined) return;
  }
  throw new Error('the trial never ended');
}

describe('the fleet', () => {
  it('moves over to an engine that is faster, with the run’s very numbers', async () => {
    const there = await scene(working());
    const alone = await openSession(engineInNumbers('wasm'), SMALL);
    await turns(there, 1000);
    const { session, reports } = there;
    expect(session.learner.engine).toBe('webgl');
    expect(reports.map(({ chosen, trying }) => [chosen, trying])).toEqual([
      ['wasm', undefined],
      ['wasm', 'webgl'],
      ['webgl', undefined],
    ]);
    while (alone.learner.step < session.learner.step) alone.learner.learn(batch);
    const [moved, stayed] = [await session.learner.snapshot(), await alone.learner.snapshot()];
    expect(moved).toEqual(stayed);
  });

  it('stays where the other is slower, and says by how much; the run is what it would have been alone', async () => {
    const there = await scene(working({ webgl: slow(5) }));
    await turns(there, 1);
    const { session, reports } = there;
    expect(session.learner.engine).toBe('wasm');
    const [own, other] = reports.at(-1)?.trials ?? [];
    expect(own).toEqual({ engine: 'wasm', ok: true, millisecondsABatch: 1 });
    expect(other?.ok && (other.millisecondsABatch ?? 0)).toBeGreaterThanOrEqual(5);
    const alone = await openSession(engineInNumbers('wasm'), SMALL);
    while (alone.learner.step < session.learner.step) alone.learner.learn(batch);
    expect(await session.learner.snapshot()).toEqual(await alone.learner.snapshot());
  });

  it.each([
    ['wrong-numbers', { slip: 1 }],
    [
      'context-lost',
      {
        before: () => {
          throw new EngineLost('taken away');
        },
      },
    ],
    [
      'model-refused',
      {
        before: () => {
          throw new Error('too large for it');
        },
      },
    ],
  ] satisfies [string, Mischief][])('stays where the other is refused: %s', async (reason, webgl) => {
    const there = await scene(working({ webgl }));
    await turns(there, 1);
    expect(there.session.learner.engine).toBe('wasm');
    expect(there.reports.at(-1)?.trials[1]).toMatchObject({ engine: 'webgl', ok: false, reason });
  });

  it('moves in the midst of a run to the engine that the reader chooses, and tries no other then', async () => {
    const there = await scene(working({ tfjs: slow(3) }));
    there.fleet.choose('tfjs');
    await turns(there, 1);
    expect(there.session.learner.engine).toBe('tfjs');
    expect(there.reports.at(-1)).toMatchObject({ chosen: 'tfjs', asked: true });
    expect(there.reports.at(-1)?.trials.map(({ engine }) => engine)).toEqual(['wasm', 'tfjs']);
  });

  it('says why the engine that the reader chose can’t train, and goes on', async () => {
    const start: StartEngine = async (name) =>
      name === 'wasm' ? engineInNumbers(name) : { reason: 'no-webgl2', detail: 'none' };
    const there = await scene(start);
    there.fleet.choose('webgl');
    await turns(there, 1);
    expect(there.reports.at(-1)).toMatchObject({ chosen: 'wasm', asked: false, trying: undefined });
    expect(there.reports.at(-1)?.trials[1]).toEqual({
      engine: 'webgl',
      ok: false,
      reason: 'no-webgl2',
      detail: 'none',
    });
  });

  it('tries no other where the reader asked for the engine that runs', async () => {
    const start = vi.fn(working());
    const { fleet } = await scene(start, true);
    await fleet.between(1000, () => batch);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await fleet.between(1000, () => batch)).toBeUndefined();
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('builds for the architecture of the run', async () => {
    const { session } = await scene(working());
    expect(session.learner.architecture).toEqual(architectureOf(SMALL));
  });
});
