import type { FromWorker, OpenedWorker, ToWorker } from './crew-protocol.ts';
import type { CrewOptions } from './leader.ts';

/** Opens a worker of a crew in a browser, from the training worker: it ends when that does. */
function openCrewWorker(): OpenedWorker {
  const worker = new Worker(new URL('./member-browser.ts', import.meta.url), { type: 'module' });
  return {
    send: (message: ToWorker, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (listener: (message: FromWorker) => void) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => listener(data));
      worker.addEventListener('error', ({ message }) => listener({ kind: 'failed', why: message }));
    },
    close: () => worker.terminate(),
  };
}

/** Cores from which on four workers are tried: half of what a browser counts as cores may be one core twice. */
const MANY_CORES = 8;

/** The crew that is worth a try on this machine; undefined where there is but one core. */
export function browserCrew(): CrewOptions | undefined {
  const cores = navigator.hardwareConcurrency;
  if (!(cores > 1)) return undefined;
  // Memory is shared only where the page is cross-origin isolated.
  const shared = typeof SharedArrayBuffer !== 'undefined' && crossOriginIsolated;
  return { open: openCrewWorker, workers: cores < MANY_CORES ? 2 : 4, shared };
}
