import type { TrainedModel } from '../../lib/engine/model.ts';
import type { Checkpoint, EngineName, Frame, Outcome, Verdict } from '../../lib/engine/protocol.ts';
import type { KeptRun, Runs } from '../../lib/runs/run.ts';

/** A trainer whose run the test directs: what it reports, and how it ends. */
export interface FakeTrainer extends Runs {
  /** The calls of `train`, in order. */
  readonly runs: {
    readonly configuration: Parameters<Runs['train']>[0];
    readonly from: Checkpoint | undefined;
    readonly engine: EngineName | undefined;
    tell(event: Frame): void;
    end(outcome: Outcome): void;
    fail(message: string): void;
  }[];
  readonly asked: string[];
  /** The engines that were chosen in the midst of runs. */
  readonly chosen: (EngineName | undefined)[];
  stops: number;
  discards: number;
}

/** A model with two units that knows ids 0 to 9; its numbers mean nothing. */
export const MODEL: TrainedModel = {
  equations: "h' = tanh(W x + U h + b)",
  sizes: { input: 1, units: 2 },
  parameters: new Map([
    ['W', Float32Array.of(1, -1)],
    ['U', Float32Array.of(0, 0, 0, 0)],
    ['b', Float32Array.of(0, 0)],
  ]),
  embedding: Float32Array.from({ length: 10 }, (_, id) => id / 10),
  vocabulary: 10,
  tokens: 80,
  head: { weights: Float32Array.of(1, 0.5), bias: 0.1 },
};

const VERDICT: Verdict = {
  probability: 0.81,
  tokens: [
    { word: 'a', id: 3 },
    { word: '<b>wonder</b>', id: 2 },
    { word: 'film', id: 5 },
  ],
  length: 3,
  outOfVocabulary: 1 / 3,
};

export function fakeTrainer({
  last,
  refused = false,
  dropped = 0,
}: {
  last?: KeptRun;
  refused?: boolean;
  dropped?: number;
} = {}): FakeTrainer {
  const trainer: FakeTrainer = {
    runs: [],
    asked: [],
    chosen: [],
    stops: 0,
    discards: 0,
    train: (configuration, tell, { from, engine } = {}) =>
      new Promise((end, reject) => {
        const fail = (message: string) => reject(new Error(message));
        trainer.runs.push({ configuration, from, engine, tell, end, fail });
      }),
    prepare: async () => undefined,
    choose: async (engine) => {
      trainer.chosen.push(engine);
    },
    forecast: async () => ({ data: 10e6, model: 5e6 }),
    stop: async () => {
      trainer.stops += 1;
      return 0;
    },
    predict: async (text) => {
      trainer.asked.push(text);
      return VERDICT;
    },
    weights: async () => MODEL,
    restore: async () => undefined,
    evaluate: async () => ({ accuracy: 0.8, loss: 0.45, reviews: 3000 }),
    selfTest: async (engine) => ({ engine, loss: { expected: 1, received: 1 }, gradients: [] }),
    lastRun: async () => {
      if (refused) throw new Error('storage refused');
      return { run: last, dropped };
    },
    discard: async () => {
      trainer.discards += 1;
    },
    dispose: () => undefined,
  };
  return trainer;
}
