import type { FromWorker, ToWorker } from './crew-protocol.ts';
import { serveCrew } from './member.ts';

/** What a worker's global scope has; the page's own types know only windows. */
interface Scope {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

const scope = globalThis as unknown as Scope;
serveCrew({
  send: (message, transfer = []) => scope.postMessage(message, [...transfer]),
  listen: (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
});
