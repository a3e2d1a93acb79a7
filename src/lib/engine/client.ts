import { proxy, type Remote, releaseProxy, wrap } from 'comlink';
import type { Configuration } from './configuration.ts';
import { type Patience, watchOver } from './heartbeat.ts';
import type { Checkpoint, EngineName, Frame, Outcome, TrainingWorker } from './protocol.ts';

/** The page's side: what the worker offers, whatever befalls the worker. Every call rejects with a message for readers. */
export interface Trainer
  extends Pick<
    TrainingWorker,
    'prepare' | 'choose' | 'forecast' | 'stop' | 'evaluate' | 'predict' | 'weights' | 'restore' | 'selfTest'
  > {
  /** As the worker's; a worker that dies or hangs is replaced, which is told, and the run goes on from its last checkpoint. */
  train(
    configuration: Configuration,
    tell: (frame: Frame) => void,
    options?: { readonly from?: Checkpoint; readonly engine?: EngineName },
  ): Promise<Outcome>;
  /** Ends the worker; the trainer can't be used again. */
  dispose(): void;
}

export interface TrainerOptions {
  /** Address of the data pack's manifest. */
  readonly pack: URL | string;
  /** Makes a worker; tests bring their own. */
  readonly makeWorker?: () => Worker;
  readonly patience?: Patience;
  /** Milliseconds after which a stop that the worker doesn't follow is made by ending the worker. */
  readonly stopWithin?: number;
}

/** Ten seconds of silence: the longest batch that a reader can ask for takes about half of that on a slow laptop. */
const PATIENCE: Patience = { interval: 2_000, silence: 10_000 };
const STOP_WITHIN = 10_000;
/** Within this time, in milliseconds, a stop is answered, be the worker ever so busy. */
const ANSWER_WITHIN = 150;
/** A worker that is lost so often without a step forward won't get further. */
const MOST_LOSSES = 3;
/** Before that, after so many, the engine that was asked for is no longer insisted on. */
const INSISTED = 1;

/** The worker ended or fell silent, and with it whatever it was asked. */
class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
  readonly why: 'silent' | 'died';

  constructor(why: 'silent' | 'died', detail: string) {
    super(detail);
    this.why = why;
  }
}

/** A worker with what belongs to it. */
interface Crew {
  readonly remote: Remote<TrainingWorker>;
  /** Ends it; what it was asked rejects with the fault. */
  readonly lose: (fault: WorkerLost) => void;
  /** Asks whether it lives until the work is done or the worker is lost. */
  watched<Result>(work: (heard: () => void) => Promise<Result>): Promise<Result>;
}

/** Starts no worker yet: the first call does. @throws Error where the browser has no workers */
export function createTrainer({
  pack,
  makeWorker = startWorker,
  patience = PATIENCE,
  stopWithin = STOP_WITHIN,
}: TrainerOptions): Trainer {
  if (typeof Worker === 'undefined' && makeWorker === startWorker)
    throw new Error(
      'This browser has no workers, in which training runs. The lessons and the stage work all the same.',
    );
  const address = String(pack);
  let crew: Crew | undefined;
  let disposed = false;
  /** Of the run under way. */
  let step = 0;
  let stopping = false;
  /** The engine that the reader asked for. */
  let wanted: EngineName | undefined;
  /** The state that the next worker takes up: the newest that this page was given. */
  let kept: Checkpoint | undefined;

  const manned = (): Crew => {
    if (disposed) throw new Error('This trainer has been disposed of. Make another.');
    crew ??= hire(makeWorker(), address, patience, () => {
      crew = undefined;
    });
    return crew;
  };
  const ask = <Result>(question: (worker: Remote<TrainingWorker>) => Promise<Result>): Promise<Result> => {
    const asked = manned();
    return asked.watched(() => question(asked.remote));
  };
  /** A question about the model, put to a fresh worker as well: it is given the kept state first. */
  const askModel = async <Result>(
    question: (worker: Remote<TrainingWorker>) => Promise<Result>,
  ): Promise<Result> => {
    const fresh = crew === undefined;
    const state = kept;
    if (fresh && state !== undefined) await ask((worker) => worker.restore(state));
    return ask(question);
  };

  return {
    async train(configuration, tell, { from, engine } = {}) {
      step = from?.step ?? 0;
      stopping = false;
      kept = from;
      wanted = engine;
      let furthest = -1;
      let losses = 0;
      for (;;) {
        const asked = manned();
        const state = kept;
        try {
          const outcome = await asked.watched(async (heard) => {
            // Pressed while the worker started: a stop that it heard then was of no run.
            if (stopping) return undefined;
            const onFrame = proxy((frame: Frame) => {
              heard();
              if (frame.kind === 'batch') step = frame.step;
              if (frame.kind === 'checkpoint') kept = frame.checkpoint;
              tell(frame);
            });
            const options = {
              ...(state === undefined ? {} : { from: state }),
              ...(wanted === undefined ? {} : { engine: wanted }),
            };
            return asked.remote.train(configuration, onFrame, options);
          });
          if (outcome !== undefined) return outcome;
        } catch (fault) {
          if (!(fault instanceof WorkerLost) || disposed) throw fault;
          const goesOnFrom = kept?.step ?? 0;
          losses = goesOnFrom > furthest ? 1 : losses + 1;
          furthest = Math.max(furthest, goesOnFrom);
          if (losses > INSISTED) wanted = undefined;
          if (losses > MOST_LOSSES)
            throw new Error(
              `The training engine was lost ${losses} times in a row at the same place (${fault.message}). Check the connection and try again, or try a smaller model.`,
              { cause: fault },
            );
          if (stopping && kept === undefined && step > 0)
            throw new Error('The run was stopped before anything could be kept.', { cause: fault });
          tell({ kind: 'restarted', at: step, from: goesOnFrom, why: fault.why });
        }
        if (stopping) {
          const begun = from?.step ?? 0;
          const last = kept;
          if (last === undefined || step === begun) return { kind: 'cancelled', step: begun };
          await ask((worker) => worker.restore(last));
          const test = await ask((worker) => worker.evaluate());
          return { kind: 'stopped', step: last.step, test };
        }
      }
    },

    prepare: () => ask((worker) => worker.prepare()),
    async choose(engine) {
      wanted = engine;
      await crew?.remote.choose(engine);
    },
    forecast: (configuration) => ask((worker) => worker.forecast(configuration)),

    async stop() {
      const asked = crew;
      if (asked === undefined) return step;
      stopping = true;
      const followed = asked.remote.stop();
      const timer = setTimeout(
        () => asked.lose(new WorkerLost('silent', 'a stop was not followed')),
        stopWithin,
      );
      followed.then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
      const soon = new Promise<number>((resolve) => setTimeout(() => resolve(step), ANSWER_WITHIN));
      return Promise.race([followed, soon]);
    },

    evaluate: () => askModel((worker) => worker.evaluate()),
    predict: (text) => askModel((worker) => worker.predict(text)),
    weights: () => askModel((worker) => worker.weights()),
    restore: (checkpoint) => {
      kept = checkpoint;
      return ask((worker) => worker.restore(checkpoint));
    },
    selfTest: (engine, equations) => ask((worker) => worker.selfTest(engine, equations)),

    dispose() {
      disposed = true;
      crew?.lose(new WorkerLost('died', 'the trainer was disposed of'));
    },
  };
}

function startWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'training' });
}

/** @param left called when the worker is lost */
function hire(worker: Worker, address: string, patience: Patience, left: () => void): Crew {
  const remote = wrap<TrainingWorker>(worker);
  let lose: Crew['lose'] = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    let over = false;
    lose = (fault) => {
      if (over) return;
      over = true;
      reject(fault);
      worker.terminate();
      remote[releaseProxy]();
      left();
    };
  });
  // Nobody may be waiting when it is lost, and then that is no fault.
  lost.catch(() => undefined);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    lose(new WorkerLost('died', event.message || 'its script could not be loaded'));
  });
  worker.addEventListener('messageerror', () => lose(new WorkerLost('died', 'a message could not be read')));
  const opened = remote.open(address);
  return {
    remote,
    lose,
    async watched(work) {
      const { heard, end: endWatch } = watchOver(
        () => remote.ping(),
        patience,
        () => lose(new WorkerLost('silent', `it did not answer for ${patience.silence / 1000} seconds`)),
      );
      try {
        return await Promise.race([opened.then(() => work(heard)), lost]);
      } finally {
        endWatch();
      }
    },
  };
}
