import { Worker } from 'node:worker_threads';
import type { FromWorker, OpenedWorker, ToWorker } from './crew-protocol.ts';

/** Opens a worker of a crew in Node, for tests and scripts. */
export function openCrewThread(): OpenedWorker {
  const worker = new Worker(new URL('./member-node.ts', import.meta.url));
  // A thread that is forgotten doesn't keep the process.
  worker.unref();
  let isClosed = false;
  return {
    send: (message: ToWorker, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (listener: (message: FromWorker) => void) => {
      worker.on('message', listener);
      worker.on('error', (fault) => listener({ kind: 'failed', why: String(fault) }));
      worker.on('exit', () => {
        if (!isClosed) listener({ kind: 'failed', why: 'the thread has ended' });
      });
    },
    close: () => {
      isClosed = true;
      void worker.terminate();
    },
  };
}
