import { proxy, wrap } from 'comlink';
import type { Configuration } from '../../../src/lib/engine/configuration.ts';
import type { Frame, TrainingWorker } from '../../../src/lib/engine/protocol.ts';

/** What a whole training run came to. */
export interface JobResult {
  /** From the press to the test part's score: loading, validation after each epoch and kept states included. */
  readonly seconds: number;
  /** Share of the test part read rightly. */
  readonly accuracy: number;
  /** The same of the validation part, after each epoch. */
  readonly validation: readonly number[];
}

/** Trains as the lab does when a reader presses the button: in the site's own worker, on the engine that it chooses. */
export async function job(configuration: Configuration): Promise<JobResult> {
  const worker = new Worker(new URL('../../../src/lib/engine/worker.ts', import.meta.url), {
    type: 'module',
  });
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker broke')));
  });
  const remote = wrap<TrainingWorker>(worker);
  const validation: number[] = [];
  const onFrame = (frame: Frame): void => {
    if (frame.kind === 'epoch') validation.push(frame.validation.accuracy);
  };
  const train = async (): Promise<JobResult> => {
    await remote.open(new URL('/imdb/manifest.json', location.href).href);
    const begun = performance.now();
    const outcome = await remote.train(configuration, proxy(onFrame), {});
    const seconds = (performance.now() - begun) / 1000;
    if (outcome.kind !== 'finished') throw new Error(`the run ended as ${outcome.kind}`);
    return { seconds, accuracy: outcome.test.accuracy, validation };
  };
  try {
    return await Promise.race([train(), broken]);
  } finally {
    worker.terminate();
  }
}
