import type { FromWorker, OpenedWorker, ToWorker } from './crew-protocol.ts';

/** Opens a worker of a crew in a browser, from the training worker: it ends when that does. */
export function openCrewWorker(): OpenedWorker {
  const worker = new Worker(new URL('./crew-worker-browser.ts', import.meta.url), { type: 'module' });
  return {
    send: (message: ToWorker, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (listener: (message: FromWorker) => void) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => listener(data));
      worker.addEventListener('error', ({ message }) => listener({ kind: 'failed', why: message }));
    },
    close: () => worker.terminate(),
  };
}

/** Whether workers may share memory here: only where the page is cross-origin isolated. */
export const canShareMemory = (): boolean => typeof SharedArrayBuffer !== 'undefined' && crossOriginIsolated;
