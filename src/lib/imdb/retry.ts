/** What a caller can follow and stop while something loads. */
export interface Watch {
  /** Bytes over the wire so far, of all that this call asks for. What was loaded before counts. */
  onProgress?(progress: { readonly bytes: number; readonly of: number }): void;
  /** A fetch failed and will be tried again: attempt 2 and up, after so many seconds. */
  onRetry?(attempt: number, seconds: number, reason: string): void;
  readonly signal?: AbortSignal;
}

/** A failure that may pass by itself: no connection, a busy server, silence. */
export class PassingFailure extends Error {
  override name = 'PassingFailure';
}

/** Waits so many seconds; rejects with the signal's reason when it is aborted. */
export type Wait = (seconds: number, signal?: AbortSignal) => Promise<void>;

/** 1, 2, 4, 8, 16, then 30 seconds each: eleven waits, a little over three and a half minutes. */
const ATTEMPTS = 12;
const secondsBefore = (attempt: number) => Math.min(30, 2 ** (attempt - 2));

/**
 * The action's result, tried again after a passing failure. Any other failure, and the last passing one, is
 * the caller's.
 */
export async function retrying<T>(action: () => Promise<T>, watch: Watch, wait: Wait): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    watch.signal?.throwIfAborted();
    try {
      return await action();
    } catch (failure) {
      watch.signal?.throwIfAborted();
      if (!(failure instanceof PassingFailure)) throw failure;
      if (attempt === ATTEMPTS) {
        throw new Error(
          `${failure.message}, ${ATTEMPTS} times over. What has been loaded is kept: check the connection, then start again.`,
          { cause: failure },
        );
      }
      const seconds = secondsBefore(attempt + 1);
      watch.onRetry?.(attempt + 1, seconds, failure.message);
      await wait(seconds, watch.signal);
    }
  }
}

/** Waits on the clock, or less long: a browser that comes back online says so, to pages and workers alike. */
export const waitOrOnline: Wait = async (seconds, signal) => {
  signal?.throwIfAborted();
  const over = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, seconds * 1000);
      over.signal.addEventListener('abort', () => clearTimeout(timer));
      globalThis.addEventListener?.('online', () => resolve(), { signal: over.signal });
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
    });
  } finally {
    over.abort();
  }
};
