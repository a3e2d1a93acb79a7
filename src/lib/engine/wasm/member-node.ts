import { parentPort } from 'node:worker_threads';
import type { ToWorker } from './crew-protocol.ts';
import { serveCrew } from './member.ts';

serveCrew({
  send: (message, transfer = []) => parentPort?.postMessage(message, [...transfer]),
  listen: (listener) => parentPort?.on('message', (message: ToWorker) => listener(message)),
});
