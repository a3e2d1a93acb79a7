import * as v from 'valibot';
import { type DataPack, openPack } from '../imdb/load.ts';
import type { Network } from '../imdb/network.ts';
import type { Watch } from '../imdb/retry.ts';
import { StoredCheckpoint } from './checkpoint.ts';
import { trainedModel } from './classifier.ts';
import { Configuration } from './configuration.ts';
import { judge, type StartEngine } from './judge.ts';
import { ENGINES, type Frame, type TrainingWorker } from './protocol.ts';
import { scoreOf } from './score.ts';
import { selfTest } from './selftest.ts';
import { closeSession, openSession, type Session } from './session.ts';
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

  return {
    async open(given) {
      address = v.parse(Address, given);
      opened = undefined;
    },

    async train(given, givenOnFrame, givenOptions) {
      const configuration = v.parse(Configuration, given);
      const tell = v.parse(OnFrame, givenOnFrame);
      const { from, engine } = v.parse(Options, givenOptions);
      idle();
      const mine: Reins = { ended: new AbortController(), step: 0 };
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
      try {
        const data = await pack(watch);
        const { training } = await data.forTraining(configuration.reviews, watch);
        replace(undefined);
        onFrame({ kind: 'engine', report: await judge(configuration, start, engine) });
        signal.throwIfAborted();
        const running = openSession(configuration, from);
        replace(running);
        const quietly: Watch = { onRetry: (...retry) => watch.onRetry?.(...retry) };
        const parts = {
          training,
          validation: () => data.validation({ ...quietly, signal }),
          test: () => data.test(quietly),
        };
        return await train(running, parts, { onFrame, stopping: () => signal.aborted });
      } catch (fault) {
        if (!signal.aborted || fault !== signal.reason) throw fault;
        return { kind: 'cancelled', step: from?.step ?? 0 };
      } finally {
        reins = undefined;
      }
    },

    async stop() {
      if (reins === undefined) return session?.adam.step ?? 0;
      reins.ended.abort();
      return reins.step;
    },

    async evaluate() {
      idle();
      const { classifier, configuration } = present();
      const score = await scoreOf(classifier, await (await pack()).test(), configuration);
      if (score === undefined) throw new Error('the test part was left unread');
      return score;
    },

    async predict(given) {
      const text = v.parse(Text, given);
      const vocabulary = await (await pack()).vocabulary();
      const { classifier, configuration } = present();
      return verdictOn(classifier, configuration, vocabulary, text);
    },

    async weights() {
      const { classifier, origin } = present();
      return trainedModel(classifier, origin);
    },

    async restore(given) {
      const checkpoint = v.parse(StoredCheckpoint, given);
      idle();
      replace(undefined);
      await startAny(start);
      // A run may have begun meanwhile; its model is the one that counts.
      idle();
      replace(openSession(checkpoint.configuration, checkpoint));
    },

    async selfTest(givenEngine, givenEquations) {
      const engine = v.parse(Engine, givenEngine);
      const equations = v.parse(Equations, givenEquations);
      idle();
      // A session's tensors live on the backend that it was opened on.
      replace(undefined);
      const refusal = await start(engine, true);
      if (refusal !== undefined) throw new Error(`${engine} does not start here: ${refusal.detail}`);
      return { engine, ...(await selfTest(equations)) };
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

/** Any engine that starts: to read, no trial is worth its time. */
async function startAny(start: StartEngine): Promise<void> {
  const details: string[] = [];
  for (const engine of ENGINES) {
    const refusal = await start(engine, true);
    if (refusal === undefined) return;
    details.push(refusal.detail);
  }
  throw new Error(
    `This browser can’t run a model (${details.join('; ')}). The lessons and the stage work all the same.`,
  );
}
