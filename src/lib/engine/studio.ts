import * as v from 'valibot';
import { type DataPack, openPack } from '../imdb/load.ts';
import type { Network } from '../imdb/network.ts';
import type { Watch } from '../imdb/retry.ts';
import { StoredCheckpoint } from './checkpoint.ts';
import { Configuration } from './configuration.ts';
import { isRefusal, type StartEngine } from './engine.ts';
import { firstEngine } from './first-engine.ts';
import { type Fleet, fleetOf } from './fleet.ts';
import { checkMemory, forecastOf } from './forecast.ts';
import { EngineLost } from './lost.ts';
import { modelOf } from './model.ts';
import { ENGINES, type EngineName, type Frame, type TrainingWorker } from './protocol.ts';
import { scoreOf } from './score.ts';
import { selfTest } from './selftest.ts';
import { beginning, closeSession, openSession, type Session } from './session.ts';
import { stableOf } from './stable.ts';
import { train } from './training.ts';
import { verdictOn } from './verdict.ts';

const Engine = v.picklist(ENGINES);
const Options = v.strictObject({ from: v.optional(StoredCheckpoint), engine: v.optional(Engine) });
const Address = v.pipe(v.string(), v.url());
/** Longer texts are no reviews; the longest of the 50,000 has about 14,000 characters. */
const Text = v.pipe(
  v.string(),
  v.maxLength(1_000_000, 'The text is longer than a million characters. Paste a part of it.'),
);
const Equations = v.pipe(v.string(), v.maxLength(20_000));
const OnFrame = v.custom<(frame: Frame) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
);

/** One run's reins. */
interface Reins {
  readonly ended: AbortController;
  step: number;
  /** Once the engines are there. */
  fleet: Fleet | undefined;
  /** What the reader chose before they were. */
  choice: { readonly engine: EngineName | undefined } | undefined;
}

/**
 * The worker's side of the protocol, wherever it runs: everything that arrives is parsed before it is used.
 *
 * @param start how an engine is started here
 */
export function openStudio(start: StartEngine, network: Network): TrainingWorker {
  let address: string | undefined;
  let opened: Promise<DataPack> | undefined;
  let session: Session | undefined;
  let reins: Reins | undefined;
  const stable = stableOf(start);

  const pack = (watch?: Watch): Promise<DataPack> => {
    if (address === undefined)
      throw new Error('The worker was asked to work before it was opened: call open first.');
    opened ??= openPack(address, network, watch).catch((fault: unknown) => {
      // What failed to load may load when it is asked for again.
      opened = undefined;
      throw fault;
    });
    return opened;
  };
  const present = (): Session => {
    if (session === undefined) throw new Error('There is no model yet: train one, or restore a stored one.');
    return session;
  };
  const replace = (next: Session | undefined): void => {
    if (session !== undefined) closeSession(session);
    session = next;
  };
  const idle = (): void => {
    if (reins !== undefined) throw new Error('A run is under way. Stop it first.');
  };
  /** Asks the present model; where its device was lost meanwhile, once more on the usual engine. */
  const asking = async <Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer> => {
    const asked = present();
    const { learner } = asked;
    try {
      return await question(asked);
    } catch (fault) {
      // A run that goes on may have moved to another engine while this one was asked.
      if (session === asked && asked.learner !== learner) return question(asked);
      if (!(fault instanceof EngineLost) || session !== asked || reins !== undefined) throw fault;
      const { engine } = await firstEngine(start);
      replace(await openSession(engine, asked.configuration, asked.good));
      return question(present());
    }
  };

  return {
    async open(given) {
      address = v.parse(Address, given);
      opened = undefined;
    },

    async prepare() {
      await Promise.all([pack(), firstEngine(start)]);
    },

    async train(given, givenOnFrame, givenOptions) {
      const configuration = v.parse(Configuration, given);
      const tell = v.parse(OnFrame, givenOnFrame);
      const { from, engine: asked } = v.parse(Options, givenOptions);
      idle();
      const mine: Reins = { ended: new AbortController(), step: 0, fleet: undefined, choice: undefined };
      reins = mine;
      const { signal } = mine.ended;
      const onFrame = (frame: Frame): void => {
        if (frame.kind === 'batch') mine.step = frame.step;
        void tell(frame);
      };
      const watch: Watch = {
        signal,
        onProgress: (progress) => onFrame({ kind: 'loading', progress }),
        onRetry: (attempt, seconds, reason) => onFrame({ kind: 'retrying', attempt, seconds, reason }),
      };
      /** Built, but not yet in the place of the one before. */
      let next: Session | undefined;
      try {
        // The reviews come while the engine starts and the model is built.
        const loading = pack(watch).then((data) => data.training(configuration.reviews, watch));
        loading.catch(() => undefined);
        const starting = firstEngine(start, asked);
        starting.catch(() => undefined);
        const begin = from ?? beginning(configuration);
        const found = await starting;
        checkMemory(found.engine, configuration);
        signal.throwIfAborted();
        const running = await openSession(found.engine, configuration, begin);
        next = running;
        const training = await loading;
        const data = await pack();
        signal.throwIfAborted();
        replace(running);
        next = undefined;
        const quietly: Watch = { onRetry: (...retry) => watch.onRetry?.(...retry) };
        const parts = {
          training,
          validation: async () => {
            // The words come along, so that a text can be read later though the connection be gone.
            await data.vocabulary({ ...quietly, signal });
            return data.validation({ ...quietly, signal });
          },
          test: () => data.test(quietly),
        };
        const fleet = fleetOf(running, stable, found, asked !== undefined, onFrame);
        mine.fleet = fleet;
        if (mine.choice !== undefined) fleet.choose(mine.choice.engine);
        return await train(running, parts, { onFrame, stopping: () => signal.aborted }, fleet);
      } catch (fault) {
        if (!signal.aborted || fault !== signal.reason) throw fault;
        return { kind: 'cancelled', step: from?.step ?? 0 };
      } finally {
        mine.fleet?.dispose();
        if (next !== undefined) closeSession(next);
        reins = undefined;
      }
    },

    async choose(given) {
      const engine = v.parse(v.optional(Engine), given);
      if (reins === undefined)
        throw new Error('No run is under way. Train first, or name the engine when training begins.');
      reins.choice = { engine };
      reins.fleet?.choose(engine);
    },

    async forecast(given) {
      const configuration = v.parse(Configuration, given);
      const { engine } = await firstEngine(start);
      return forecastOf(engine, configuration);
    },

    async stop() {
      if (reins === undefined) return session?.learner.step ?? 0;
      reins.ended.abort();
      return reins.step;
    },

    async evaluate() {
      idle();
      const test = await (await pack()).test();
      return asking(async ({ learner, configuration }) => {
        const score = await scoreOf(learner, test, configuration);
        if (score === undefined) throw new Error('the test part was left unread');
        return score;
      });
    },

    async predict(given) {
      const text = v.parse(Text, given);
      const vocabulary = await (await pack()).vocabulary();
      return asking(({ learner, configuration }) => verdictOn(learner, configuration, vocabulary, text));
    },

    async weights() {
      return asking(async ({ learner, configuration }) =>
        modelOf(configuration, (await learner.snapshot()).weights),
      );
    },

    async restore(given) {
      const checkpoint = v.parse(StoredCheckpoint, given);
      idle();
      const { engine } = await firstEngine(start);
      const next = await openSession(engine, checkpoint.configuration, checkpoint);
      // Where a run has begun meanwhile, its model is the one that counts.
      if (reins === undefined) replace(next);
      else closeSession(next);
    },

    async selfTest(givenEngine, givenEquations) {
      const name = v.parse(Engine, givenEngine);
      const equations = v.parse(Equations, givenEquations);
      idle();
      const engine = await start(name, true);
      if (isRefusal(engine)) throw new Error(`${name} does not start here: ${engine.detail}`);
      return selfTest(engine, equations);
    },

    async ping() {
      return true;
    },

    async dispose() {
      reins?.ended.abort();
      if (reins === undefined) replace(undefined);
      opened = undefined;
    },
  };
}
