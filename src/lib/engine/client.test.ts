import { expose } from 'comlink';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import { architectureOf } from './classifier-architecture.ts';
import { createTrainer, type Trainer } from './client.ts';
import { quickRun } from './configuration.ts';
import { initialWeights } from './initial-weights.ts';
import { modelOf } from './model.ts';
import type { Checkpoint, Frame, Outcome, TrainingWorker } from './protocol.ts';

const CONFIGURATION = { ...quickRun(lstm), units: 2, embedding: 2, vocabulary: 100 };
const SCORE = { accuracy: 0.75, loss: 0.5, reviews: 4 };

const batchFrame = (step: number): Frame => ({
  kind: 'batch',
  step,
  steps: 9,
  epoch: 1,
  loss: 1,
  accuracy: 0.5,
  gradientNorm: 1,
  millisecondsABatch: 1,
});
const checkpointAt = (step: number): Checkpoint => ({
  configuration: CONFIGURATION,
  step,
  epoch: { loss: 0, right: 0, reviews: 0 },
  weights: new Map(),
  moments: new Map(),
});

type Behaviour = Partial<TrainingWorker>;

/** A worker whose behaviour a test writes; what a real one is to a page: a port, an error event, an end. */
class FakeWorker extends EventTarget {
  readonly #port: MessagePort;
  readonly #other: MessagePort;
  ended = false;

  constructor(behaviour: Behaviour) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#other = port2;
    expose({ open: async () => undefined, ping: async () => true, stop: async () => 0, ...behaviour }, port2);
    port1.addEventListener('message', ({ data }) =>
      this.dispatchEvent(new MessageEvent('message', { data })),
    );
    port1.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    this.ended = true;
    this.#port.close();
    this.#other.close();
  }
}

const open: Trainer[] = [];
afterEach(() => {
  for (const trainer of open.splice(0)) trainer.dispose();
});

/** A trainer whose first worker behaves in the first way, its second in the second, and so on. */
function trainerOf(...behaviours: Behaviour[]) {
  const workers: FakeWorker[] = [];
  const trainer = createTrainer({
    pack: 'https://example.org/imdb/manifest.json',
    patience: { interval: 10, silence: 60 },
    stopWithin: 150,
    makeWorker: () => {
      const behaviour = behaviours[workers.length];
      if (behaviour === undefined) throw new Error('one worker too many');
      const worker = new FakeWorker(behaviour);
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  open.push(trainer);
  return { trainer, workers };
}

const forever = () => new Promise<never>(() => undefined);
const finished: Outcome = { kind: 'finished', step: 9, test: SCORE };

describe('a trainer', () => {
  it('opens the worker on the data pack, passes frames and gives the outcome', async () => {
    const opened = vi.fn();
    const { trainer } = trainerOf({
      open: async (pack) => opened(pack),
      train: async (_configuration, onFrame) => {
        onFrame(batchFrame(1));
        return finished;
      },
    });
    const told: Frame[] = [];
    expect(await trainer.train(CONFIGURATION, (event) => told.push(event))).toEqual(finished);
    await vi.waitFor(() => expect(told).toEqual([batchFrame(1)]));
    expect(opened).toHaveBeenCalledWith('https://example.org/imdb/manifest.json');
  });

  it('brings an error’s own message to the page', async () => {
    const { trainer } = trainerOf({
      predict: async () => {
        throw new Error('There is no word in this text.');
      },
    });
    await expect(trainer.predict('…')).rejects.toThrow('There is no word in this text.');
  });

  it('replaces a worker that dies, says so, and goes on from the last checkpoint', async () => {
    const from: (number | undefined)[] = [];
    const { trainer, workers } = trainerOf(
      {
        train: async (_configuration, onFrame) => {
          onFrame({ kind: 'checkpoint', checkpoint: checkpointAt(4) });
          onFrame(batchFrame(6));
          setTimeout(() => workers[0]?.dispatchEvent(new Event('error', { cancelable: true })), 30);
          return forever();
        },
      },
      {
        train: async (_configuration, _onFrame, options) => {
          from.push(options.from?.step);
          return finished;
        },
      },
    );
    const told: Frame[] = [];
    expect(await trainer.train(CONFIGURATION, (event) => told.push(event))).toEqual(finished);
    expect(told).toContainEqual({ kind: 'restarted', at: 6, from: 4, why: 'died' });
    expect(from).toEqual([4]);
    expect(workers[0]?.ended).toBe(true);
  });

  it('replaces a worker that no longer answers, and begins anew where nothing was kept', async () => {
    const { trainer, workers } = trainerOf(
      { ping: forever, train: forever },
      { train: async (_configuration, _onFrame, { from }) => ({ ...finished, step: from?.step ?? 0 }) },
    );
    const told: Frame[] = [];
    expect(await trainer.train(CONFIGURATION, (event) => told.push(event))).toEqual({ ...finished, step: 0 });
    expect(told).toEqual([{ kind: 'restarted', at: 0, from: 0, why: 'silent' }]);
    expect(workers[0]?.ended).toBe(true);
  });

  it('gives up on a worker that is lost again and again at the same place', async () => {
    const dead: Behaviour = { ping: forever, train: forever };
    const { trainer } = trainerOf(dead, dead, dead, dead);
    await expect(trainer.train(CONFIGURATION, () => undefined)).rejects.toThrow(/lost 4 times in a row/);
  });

  it('goes on with the engine that was chosen last, but does not insist on one that takes its worker along', async () => {
    const engines: (string | undefined)[] = [];
    const dying: Behaviour = {
      choose: async () => undefined,
      train: async (_configuration, onFrame, { engine }) => {
        engines.push(engine);
        onFrame(batchFrame(2));
        setTimeout(() => workers.at(-1)?.dispatchEvent(new Event('error', { cancelable: true })), 20);
        return forever();
      },
    };
    const { trainer, workers } = trainerOf(dying, dying, {
      train: async (_configuration, _onFrame, { engine }) => {
        engines.push(engine);
        return finished;
      },
    });
    const tell = (frame: Frame): void => {
      if (frame.kind === 'batch' && engines.length === 1) void trainer.choose('webgl');
    };
    expect(await trainer.train(CONFIGURATION, tell)).toEqual(finished);
    expect(engines).toEqual([undefined, 'webgl', undefined]);
  });

  it('leaves alone a worker that is busy but answers', async () => {
    const { trainer, workers } = trainerOf({
      train: async () => {
        await new Promise((resolve) => setTimeout(resolve, 250));
        return finished;
      },
    });
    expect(await trainer.train(CONFIGURATION, () => undefined)).toEqual(finished);
    expect(workers).toHaveLength(1);
  });

  it('answers a stop within 200 ms, though the worker is deaf to it, and ends that worker', async () => {
    const restored: number[] = [];
    const { trainer, workers } = trainerOf(
      {
        stop: forever,
        train: async (_configuration, onFrame) => {
          onFrame({ kind: 'checkpoint', checkpoint: checkpointAt(4) });
          onFrame(batchFrame(6));
          return forever();
        },
      },
      {
        restore: async ({ step }) => {
          restored.push(step);
        },
        evaluate: async () => SCORE,
      },
    );
    const seen = vi.fn();
    const run = trainer.train(CONFIGURATION, seen);
    await vi.waitFor(() => expect(seen).toHaveBeenCalledWith(batchFrame(6)));
    const pressed = performance.now();
    expect(await trainer.stop()).toBe(6);
    expect(performance.now() - pressed).toBeLessThan(200);
    expect(await run).toEqual({ kind: 'stopped', step: 4, test: SCORE });
    expect(restored).toEqual([4]);
    expect(workers[0]?.ended).toBe(true);
  });

  it('cancels a run that is stopped while its worker starts: the worker is never asked to train', async () => {
    let answer = (): void => undefined;
    const train = vi.fn(async () => finished);
    const { trainer } = trainerOf({
      open: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      train,
    });
    const run = trainer.train(CONFIGURATION, () => undefined, { from: checkpointAt(4) });
    expect(await trainer.stop()).toBe(0);
    await vi.waitFor(() => answer());
    answer();
    expect(await run).toEqual({ kind: 'cancelled', step: 4 });
    expect(train).not.toHaveBeenCalled();
  });

  it('cancels a run whose worker loads and is deaf to the stop', async () => {
    const { trainer } = trainerOf({ stop: forever, train: forever }, {});
    const run = trainer.train(CONFIGURATION, () => undefined);
    expect(await trainer.stop()).toBe(0);
    expect(await run).toEqual({ kind: 'cancelled', step: 0 });
  });

  it('gives a fresh worker the kept model before it is asked about it', async () => {
    const asked: string[] = [];
    const { trainer, workers } = trainerOf(
      { restore: async () => undefined },
      {
        restore: async ({ step }) => {
          asked.push(`restore ${step}`);
        },
        weights: async () => {
          asked.push('weights');
          return modelOf(CONFIGURATION, initialWeights(architectureOf(CONFIGURATION), CONFIGURATION.seed));
        },
      },
    );
    await trainer.restore(checkpointAt(8));
    workers[0]?.dispatchEvent(new Event('error'));
    const { sizes } = await trainer.weights();
    expect(sizes).toEqual({ input: 2, units: 2 });
    expect(asked).toEqual(['restore 8', 'weights']);
  });

  it('can’t be used once it is disposed of', async () => {
    const { trainer, workers } = trainerOf({ predict: forever });
    const asked = trainer.predict('a word');
    trainer.dispose();
    await expect(asked).rejects.toThrow();
    expect(workers[0]?.ended).toBe(true);
    await expect(trainer.weights()).rejects.toThrow(/disposed/);
  });
});
