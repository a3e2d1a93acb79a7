import type { File } from './format.ts';
import { type Network, nameOf, RANGE_REFUSED, responding } from './network.ts';
import { PassingFailure, retrying, type Watch, waitOrOnline } from './retry.ts';

/** A file is not what the manifest says, though it was fetched twice. It is never handed out. */
export class DamagedFile extends Error {
  override name = 'DamagedFile';
  readonly path: string;
  /** @param what received and expected, in words. */
  constructor(path: string, what: string) {
    super(
      `The data file ${path} is damaged: ${what}. It is not used. Reload the page; if that changes nothing, ` +
        'the copy on the site is damaged and its keeper must build the site again.',
    );
    this.path = path;
  }
}

/**
 * The file's bytes, checked against the manifest's length and SHA-256. A failed fetch is tried again from the
 * byte where it broke off; a file that arrives damaged is fetched once more past the browser's cache.
 * @throws DamagedFile, Error when it can't be had, or the signal's reason.
 */
export async function download(
  url: URL,
  file: File,
  network: Network,
  watch: Watch,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  let fault = '';
  for (const cache of ['default', 'reload'] as const) {
    const partial = new Partial(file.bytes);
    onBytes(0);
    await retrying(
      () => receive(url, partial, cache, network, watch, onBytes),
      watch,
      network.wait ?? waitOrOnline,
    );
    const found = await faultOf(partial, file);
    if (found === undefined) return partial.bytes;
    fault = found;
  }
  throw new DamagedFile(file.path, fault);
}

/** As much of a file as has come; lives over several fetches. */
class Partial {
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled = 0;
  /** More came than there should be. */
  tooLong = false;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }

  add(chunk: Uint8Array): void {
    this.tooLong = this.filled + chunk.length > this.bytes.length;
    if (this.tooLong) return;
    this.bytes.set(chunk, this.filled);
    this.filled += chunk.length;
  }
}

/** One fetch, from where the last one broke off. Resolves when the response has ended, or is too long. */
async function receive(
  url: URL,
  partial: Partial,
  cache: RequestCache,
  network: Network,
  { signal }: Watch,
  onBytes: (bytes: number) => void,
): Promise<void> {
  if (partial.filled === partial.bytes.length) return; // It broke off after its last byte.
  const request: RequestInit = { cache };
  if (partial.filled > 0) request.headers = { Range: `bytes=${partial.filled}-` };
  await responding(url, network, signal, request, async (response, heard) => {
    // A server that knows no ranges sends the whole file with status 200. What a wrong range would spoil, the
    // hash tells.
    if (response.status !== 206) partial.filled = 0;
    if (response.status === RANGE_REFUSED) {
      throw new PassingFailure(`The server would not go on in the middle of ${nameOf(url)}`);
    }
    const reader = response.body?.getReader();
    while (reader !== undefined && !partial.tooLong) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      partial.add(value);
      onBytes(partial.filled);
    }
    await reader?.cancel();
  });
}

/** What differs from the manifest, in words; undefined when nothing does. */
async function faultOf(partial: Partial, { bytes, sha256 }: File): Promise<string | undefined> {
  if (partial.tooLong) return `expected ${bytes} bytes, received more`;
  if (partial.filled !== bytes) return `expected ${bytes} bytes, received ${partial.filled}`;
  const received = await sha256Of(partial.bytes);
  return received === sha256 ? undefined : `expected SHA-256 ${sha256}, received ${received}`;
}

/** Lower-case hex. */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers offer it only to pages that nobody on the way can have changed.
  if (globalThis.crypto?.subtle === undefined) {
    throw new Error(
      'A browser can check data only on a page that was opened over https or from this computer (127.0.0.1). Open the page that way.',
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
