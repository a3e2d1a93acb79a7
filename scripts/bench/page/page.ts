import { type Remote, wrap } from 'comlink';
import type { BrowserEngine, Case } from '../cases.ts';
import { job } from './job.ts';
import { peak } from './peak.ts';
import type { BenchWorker } from './worker.ts';

/** Engines train in workers, as on the site: a worker each, so that none meets what another has set up. */
const running = new Map<string, { readonly worker: Worker; readonly remote: Remote<BenchWorker> }>();

function remoteOf(engine: BrowserEngine): Remote<BenchWorker> {
  const found = running.get(engine);
  if (found === undefined) throw new Error(`${engine} was not prepared`);
  return found.remote;
}

const bench = {
  async prepare(engine: BrowserEngine, of: Case): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const remote = wrap<BenchWorker>(worker);
    running.set(engine, { worker, remote });
    const broken = new Promise<never>((_, reject) => {
      worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker broke')));
    });
    await Promise.race([remote.prepare(engine, of), broken]);
  },
  time: (engine: BrowserEngine, batches: number): Promise<number> => remoteOf(engine).time(batches),
  draws: (engine: BrowserEngine): Promise<number> => remoteOf(engine).draws(),
  job,
  peak,
  end(engine: BrowserEngine): void {
    running.get(engine)?.worker.terminate();
    running.delete(engine);
  },
};
export type BenchPage = typeof bench;

Object.assign(globalThis, { bench });
