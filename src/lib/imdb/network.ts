import { PassingFailure, type Wait } from './retry.ts';

/** The outside world, so that tests and scripts can bring their own. */
export interface Network {
  readonly fetch: typeof globalThis.fetch;
  /** How to wait before another try; on the clock, or until the browser is online again, when left out. */
  readonly wait?: Wait;
  /** A response that stays silent for so long counts as failed; 30 when left out. */
  readonly silentSeconds?: number;
}

/** The status for a range that the server can't give. */
export const RANGE_REFUSED = 416;

/** Statuses that tell to come back later; those from 500 on do as well. */
const LATER = [408, 425, 429];

/**
 * Fetches and hands the response to `use`, which calls `heard` whenever something has come. The status is
 * then a good one, or RANGE_REFUSED.
 *
 * Everything that may pass by itself (no connection, a break in the middle, a server too busy, silence) becomes
 * a PassingFailure, so that it is tried again.
 */
export async function responding<T>(
  url: URL,
  { fetch, silentSeconds = 30 }: Network,
  signal: AbortSignal | undefined,
  request: RequestInit,
  use: (response: Response, heard: () => void) => Promise<T>,
): Promise<T> {
  // One controller ends the fetch for either reason; AbortSignal.any would ask for Safari 17.4.
  const end = new AbortController();
  const stop = () => end.abort();
  signal?.addEventListener('abort', stop);
  let silent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      end.abort();
    }, silentSeconds * 1000);
  };
  heard();
  try {
    const response = await fetch(url, { ...request, signal: end.signal });
    heard();
    if (LATER.includes(response.status) || response.status >= 500) {
      throw new PassingFailure(`The server answered ${response.status} for ${nameOf(url)}`);
    }
    if (!response.ok && response.status !== RANGE_REFUSED) {
      throw new Error(
        `The server answered ${response.status} for ${nameOf(url)}. The site may have changed since this page was opened: reload it.`,
      );
    }
    return await use(response, heard);
  } catch (failure) {
    signal?.throwIfAborted();
    if (silent) {
      throw new PassingFailure(`Nothing more of ${nameOf(url)} came for ${silentSeconds} seconds`, {
        cause: failure,
      });
    }
    // fetch and its streams say TypeError for whatever the network does.
    if (failure instanceof TypeError) {
      throw new PassingFailure(`The connection failed while fetching ${nameOf(url)}`, { cause: failure });
    }
    throw failure;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** The last part of its path. */
export function nameOf(url: URL): string {
  return url.pathname.split('/').at(-1) ?? url.pathname;
}
