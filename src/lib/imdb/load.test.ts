import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ensurePack, filesOf, PACK_FOLDER } from '../../../scripts/imdb/folder.ts';
import { DamagedFile } from './download.ts';
import type { Manifest } from './format.ts';
import { openPack, type TrainingSize } from './load.ts';
import type { Network } from './network.ts';
import type { Watch } from './retry.ts';

/*
 * The loader on the real pack, with a server that misbehaves. Each test says how the server answers by file;
 * what it doesn't say is answered well.
 */
let manifest: Manifest;
const files = new Map<string, Uint8Array<ArrayBuffer>>();

beforeAll(() => {
  manifest = ensurePack().manifest;
  for (const name of ['manifest.json', ...filesOf(manifest).map(({ path }) => path)]) {
    files.set(name, new Uint8Array(readFileSync(join(PACK_FOLDER, name))));
  }
}, 120_000);

interface Asked {
  readonly name: string;
  readonly cache: RequestCache | undefined;
  readonly range: string | null;
  readonly signal: AbortSignal;
}
/** An answer to the n-th request for a file (from 1); undefined for a good one. */
type Answer = (
  asked: Asked,
  content: Uint8Array<ArrayBuffer>,
  n: number,
) => Response | Promise<Response> | undefined;

function serve(answers: Readonly<Record<string, Answer>> = {}) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const network: Network = {
    async fetch(input, init) {
      const name = new URL(String(input)).pathname.split('/').at(-1) ?? '';
      const content = files.get(name);
      if (init?.signal == null) throw new Error('Every fetch can be stopped.');
      const request = {
        name,
        cache: init.cache,
        range: new Headers(init.headers).get('Range'),
        signal: init.signal,
      };
      asked.push(request);
      if (content === undefined) return new Response('', { status: 404 });
      const [, answer] = Object.entries(answers).find(([start]) => name.startsWith(start)) ?? [];
      const n = asked.filter((other) => other.name === name).length;
      return (await answer?.(request, content, n)) ?? good(request, content);
    },
    async wait(seconds) {
      waits.push(seconds);
    },
    silentSeconds: 0.05,
  };
  const names = () => asked.map(({ name }) => name.split('.')[0]);
  return { network, asked, waits, names };
}

/** A good answer, to a range as well, in pieces as a network brings it. */
function good({ range }: Asked, content: Uint8Array<ArrayBuffer>): Response {
  const from = range === null ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
  return new Response(pieces(content.subarray(from)), {
    status: range === null ? 200 : 206,
    headers:
      range === null ? {} : { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` },
  });
}

/** The bytes in chunks, then an end: the last word on how the stream ends is `end`'s. */
function pieces(
  bytes: Uint8Array<ArrayBuffer>,
  end: (stream: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => void = (stream) =>
    stream.close(),
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  return new ReadableStream({
    pull(stream) {
      if (sent >= bytes.length) return end(stream);
      stream.enqueue(bytes.slice(sent, sent + 50_000));
      sent += 50_000;
    },
  });
}

const brokenAfter = (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(pieces(bytes, (stream) => stream.error(new TypeError('network error'))));
const flipped = (content: Uint8Array<ArrayBuffer>, at: number) => {
  const copy = content.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return new Response(copy);
};
const open = (network: Network, watch?: Watch) =>
  openPack('https://site.test/imdb/manifest.json', network, watch);
const SHARD = 'training-1.';

describe('a good network', () => {
  it('loads only what a run of 2,000 needs, each file once, with progress to the last byte', async () => {
    const { network, names } = serve();
    const pack = await open(network);
    const progress: { bytes: number; of: number }[] = [];
    const training = await pack.training(2_000, { onProgress: (p) => progress.push(p) });
    expect(names()).toEqual(['manifest', 'training-1']);
    expect(training.labels.length).toBe(2_000);

    const of = manifest.training[0]?.bytes ?? 0;
    expect(progress.every((p) => p.of === of)).toBe(true);
    expect(progress.at(-1)?.bytes).toBe(of);
    expect(progress.map(({ bytes }) => bytes)).toEqual(
      progress.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
    );
    expect(progress.length).toBeGreaterThan(5);

    await pack.training(2_000);
    expect((await pack.vocabulary()).size).toBe(manifest.vocabularySize);
    await pack.vocabulary();
    expect(names()).toEqual(['manifest', 'training-1', 'vocabulary']);
  });

  it('goes on from a smaller run to a larger one', async () => {
    const { network, names } = serve();
    const pack = await open(network);
    const small = await pack.training(2_000);
    const large = await pack.training(8_000);
    expect(names()).toEqual(['manifest', 'training-1', 'training-2']);
    expect(large.labels.length).toBe(8_000);
    expect(large.ids.subarray(0, small.ids.length)).toEqual(small.ids);
  });

  it('loads the other parts by themselves', async () => {
    const { network, names } = serve();
    const pack = await open(network);
    expect((await pack.validation()).labels.length).toBe(2_000);
    expect((await pack.test()).labels.length).toBe(3_000);
    expect((await pack.reading()).length).toBe(300);
    expect(names()).toEqual(['manifest', 'validation', 'test', 'reading']);
  });

  it('asks the server whether the manifest is the newest, and lets the browser keep the rest', async () => {
    const { network, asked } = serve();
    await (await open(network)).vocabulary();
    expect(asked.map(({ cache }) => cache)).toEqual(['no-cache', 'default']);
  });
});

describe('a damaged file', () => {
  const damages: [what: string, answer: Answer, says: RegExp][] = [
    [
      'a bit flipped',
      (_, content) => flipped(content, 1_000),
      /expected SHA-256 [0-9a-f]{64}, received [0-9a-f]{64}/,
    ],
    ['cut short', (_, content) => new Response(content.subarray(0, -1)), /expected \d+ bytes, received \d+/],
    [
      'too long',
      (_, content) => new Response(pieces(new Uint8Array([...content, 0]))),
      /expected \d+ bytes, received more/,
    ],
    ['empty', () => new Response(''), /expected \d+ bytes, received 0/],
    ['a page instead', () => new Response('<!doctype html>'), /expected \d+ bytes, received 15/],
    [
      'another shard',
      () => new Response(files.get(manifest.validation.path)),
      /expected \d+ bytes, received/,
    ],
  ];

  it.each(damages)('is fetched again past the cache, and then used: %s', async (_, answer) => {
    const { network, asked, waits } = serve({
      [SHARD]: (...of) => (of[2] === 1 ? answer(...of) : undefined),
    });
    const training = await (await open(network)).training(2_000);
    expect(training.labels.length).toBe(2_000);
    expect(asked.slice(1).map(({ cache, range }) => [cache, range])).toEqual([
      ['default', null],
      ['reload', null],
    ]);
    expect(waits).toEqual([]);
  });

  it.each(damages)(
    'is refused when it comes twice, and the message tells all: %s',
    async (_, answer, says) => {
      const { network, names } = serve({ [SHARD]: answer });
      const pack = await open(network);
      const failure = await pack.training(2_000).catch((error: unknown) => error);
      if (!(failure instanceof DamagedFile)) throw failure;
      expect(failure.path).toBe(manifest.training[0]?.path);
      expect(failure.message).toContain(failure.path);
      expect(failure.message).toMatch(says);
      expect(failure.message).toContain('Reload the page');
      expect(names()).toEqual(['manifest', 'training-1', 'training-1']);
    },
  );

  it('is refused even when the manifest vouches for it', async () => {
    // Two shards swapped in the manifest itself: hashes fit, the count of reviews doesn't.
    const { validation, test } = manifest;
    const swapped = {
      ...manifest,
      validation: { ...test, reviews: 2_000 },
      test: { ...validation, reviews: 3_000 },
    };
    const { network } = serve({ 'manifest.json': () => new Response(JSON.stringify(swapped)) });
    const pack = await open(network);
    await expect(pack.validation()).rejects.toThrow('it holds 3000 reviews, expected 2000');
    await expect(pack.test()).rejects.toThrow(DamagedFile);
  });

  it('can be asked for again, and comes when the site is mended', async () => {
    const { network } = serve({ [SHARD]: (_, content, n) => (n <= 2 ? flipped(content, 7) : undefined) });
    const pack = await open(network);
    await expect(pack.training(2_000)).rejects.toThrow(DamagedFile);
    expect((await pack.training(2_000)).labels.length).toBe(2_000);
  });
});

describe('a network that fails', () => {
  it('offline in the middle: said, tried again from the byte where it broke off, nothing lost', async () => {
    const offline = () => Promise.reject(new TypeError('Failed to fetch'));
    const { network, asked, waits } = serve({
      [SHARD]: (_, content, n) =>
        n === 1 ? brokenAfter(content.subarray(0, 150_000)) : n <= 4 ? offline() : undefined,
    });
    const pack = await open(network);
    const retries: [number, number, string][] = [];
    const bytes: number[] = [];
    const training = await pack.training(2_000, {
      onRetry: (...retry) => retries.push(retry),
      onProgress: (progress) => bytes.push(progress.bytes),
    });
    expect(training.labels.length).toBe(2_000);
    expect(retries.map(([attempt, seconds]) => [attempt, seconds])).toEqual([
      [2, 1],
      [3, 2],
      [4, 4],
      [5, 8],
    ]);
    for (const [, , reason] of retries)
      expect(reason).toMatch(/^The connection failed while fetching training-1\./);
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(asked.slice(1).map(({ range }) => range)).toEqual([null, ...Array(4).fill('bytes=150000-')]);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  });

  it('starts the file over where the server takes no ranges', async () => {
    const { network } = serve({
      [SHARD]: (_, content, n) => (n === 1 ? brokenAfter(content.subarray(0, 99)) : new Response(content)),
    });
    expect((await (await open(network)).training(2_000)).labels.length).toBe(2_000);
  });

  it('starts the file over where the server refuses the range, or answers another one', async () => {
    for (const odd of [
      () => new Response('', { status: 416 }),
      (content: Uint8Array<ArrayBuffer>) =>
        new Response(content.subarray(7), { status: 206, headers: { 'Content-Range': 'bytes 7-9/9' } }),
    ]) {
      const { network } = serve({
        [SHARD]: (_, content, n) =>
          n === 1 ? brokenAfter(content.subarray(0, 99)) : n === 2 ? odd(content) : undefined,
      });
      expect((await (await open(network)).training(2_000)).labels.length).toBe(2_000);
    }
  });

  it('asks for nothing more when it broke off after the last byte', async () => {
    const { network, asked } = serve({ [SHARD]: (_, content) => brokenAfter(content) });
    expect((await (await open(network)).training(2_000)).labels.length).toBe(2_000);
    expect(asked.length).toBe(2);
  });

  it.each([408, 429, 500, 503])('tries again after status %i', async (status) => {
    const { network, waits } = serve({
      [SHARD]: (_, __, n) => (n === 1 ? new Response('', { status }) : undefined),
    });
    await (await open(network)).training(2_000);
    expect(waits).toEqual([1]);
  });

  it('tries again after silence', async () => {
    const { network, waits } = serve({
      [SHARD]: ({ signal }, _, n) =>
        n === 1
          ? new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            })
          : undefined,
    });
    await (await open(network)).training(2_000);
    expect(waits).toEqual([1]);
  });

  it('gives up in the end, says so, and keeps what came', async () => {
    let online = false;
    const { network, names, waits } = serve({
      [SHARD]: () => (online ? undefined : Promise.reject(new TypeError('Failed to fetch'))),
    });
    const pack = await open(network);
    await pack.vocabulary();
    await expect(pack.training(2_000)).rejects.toThrow(/12 times over.*kept.*check the connection/);
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]);
    online = true;
    await pack.training(2_000);
    await pack.vocabulary();
    expect(names().filter((name) => name === 'vocabulary').length).toBe(1);
  });

  it('does not try again what will not change: a file that is gone', async () => {
    const { network, waits } = serve({ [SHARD]: () => new Response('', { status: 404 }) });
    await expect((await open(network)).training(2_000)).rejects.toThrow(
      /answered 404 for training-1.*reload it/,
    );
    expect(waits).toEqual([]);
  });

  it('loads the manifest with the same patience', async () => {
    const { network, waits } = serve({
      'manifest.json': (_, __, n) => (n === 1 ? Promise.reject(new TypeError('Failed to fetch')) : undefined),
    });
    const retries = vi.fn();
    await open(network, { onRetry: retries });
    expect(waits).toEqual([1]);
    expect(retries).toHaveBeenCalledOnce();
  });
});

describe('a manifest that is none', () => {
  it.each([
    ['a page', '<!doctype html><title>Log in', /begins with "<!doctype html>/],
    ['another version', '{"version":2}', /version/],
    ['null', 'null', /Reload the page/],
  ])('is refused: %s', async (_, text, says) => {
    const { network } = serve({ 'manifest.json': () => new Response(text) });
    await expect(open(network)).rejects.toThrow(says);
  });

  it.each([
    ['bytes', 1e15],
    ['bytes', 0],
    ['bytes', '428778'],
    ['reviews', 1e9],
    ['reviews', 1.5],
    ['reviews', null],
  ])('cannot ask for more than any file holds: %s %s', async (key, value) => {
    const text = JSON.stringify({ ...manifest, test: { ...manifest.test, [key]: value } });
    const { network } = serve({ 'manifest.json': () => new Response(text) });
    await expect(open(network)).rejects.toThrow(new RegExp(`test\\.${key}.*Reload the page`));
  });

  it('cannot name a file elsewhere', async () => {
    for (const path of [
      '../secret.0123456789ab.bin',
      'https://elsewhere.test/a.bin',
      '//elsewhere.test/a.bin',
      '..',
    ]) {
      const text = JSON.stringify({ ...manifest, validation: { ...manifest.validation, path } });
      const { network } = serve({ 'manifest.json': () => new Response(text) });
      await expect(open(network)).rejects.toThrow(/validation\.path/);
    }
  });
});

describe('a reader who stops it', () => {
  it('ends the fetch under way with the reason, and what came before is kept', async () => {
    const stop = new AbortController();
    const { network, names } = serve({
      [SHARD]: ({ signal }, content, n) =>
        n > 1
          ? undefined
          : new Response(
              pieces(content.subarray(0, 1_000), (stream) => {
                stop.abort(new Error('the reader left'));
                stream.error(signal.reason);
              }),
            ),
    });
    const pack = await open(network);
    await expect(pack.training(2_000, { signal: stop.signal })).rejects.toThrow('the reader left');
    await pack.training(2_000);
    expect(names()).toEqual(['manifest', 'training-1', 'training-1']);
  });

  it('ends a fetch that has not answered yet', async () => {
    const { network, asked } = serve({
      [SHARD]: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    const stop = new AbortController();
    const pack = await open({ ...network, silentSeconds: 30 });
    const loading = pack.training(2_000, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('the reader left')), 10);
    await expect(loading).rejects.toThrow('the reader left');
    expect(asked.at(-1)?.signal.aborted).toBe(true);
  });

  it('ends the waiting as well, at once', async () => {
    const { fetch } = serve({ [SHARD]: () => Promise.reject(new TypeError('Failed to fetch')) }).network;
    const stop = new AbortController();
    const pack = await open({ fetch });
    const begun = performance.now();
    const loading = pack.training(2_000, {
      signal: stop.signal,
      onRetry: () => setTimeout(() => stop.abort(new Error('the reader left')), 10),
    });
    await expect(loading).rejects.toThrow('the reader left');
    expect(performance.now() - begun).toBeLessThan(900);
  });

  it('ends the waiting though the page stops it in the very call that tells of the retry', async () => {
    const { fetch } = serve({ [SHARD]: () => Promise.reject(new TypeError('Failed to fetch')) }).network;
    const stop = new AbortController();
    const pack = await open({ fetch });
    const begun = performance.now();
    const onRetry = () => stop.abort(new Error('the reader left'));
    await expect(pack.training(2_000, { signal: stop.signal, onRetry })).rejects.toThrow('the reader left');
    expect(performance.now() - begun).toBeLessThan(900);
  });

  it('begins nothing when it was stopped before', async () => {
    const { network, asked } = serve();
    const pack = await open(network);
    await expect(pack.test({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    expect(asked.length).toBe(1);
  });
});

it('waits no longer than until the browser is online again', async () => {
  const online = new EventTarget();
  vi.stubGlobal('addEventListener', online.addEventListener.bind(online));
  try {
    const { fetch } = serve({
      [SHARD]: (_, __, n) => (n === 1 ? Promise.reject(new TypeError('Failed to fetch')) : undefined),
    }).network;
    const pack = await open({ fetch });
    const begun = performance.now();
    await pack.training(2_000, {
      onRetry: () => setTimeout(() => online.dispatchEvent(new Event('online')), 10),
    });
    expect(performance.now() - begun).toBeLessThan(900);
  } finally {
    vi.unstubAllGlobals();
  }
});

it('says what to do where a browser will not check hashes', async () => {
  vi.stubGlobal('crypto', {});
  try {
    const { network } = serve();
    await expect((await open(network)).vocabulary()).rejects.toThrow(/https or from this computer/);
  } finally {
    vi.unstubAllGlobals();
  }
});

it('refuses a size that no shards come to', async () => {
  const { network } = serve();
  const pack = await open(network);
  // The type forbids it too, but a stored run may still ask for it.
  const asked: number = 3_000;
  await expect(pack.training(asked as TrainingSize)).rejects.toThrow(
    'A run learns from 2000, 8000, 20000 reviews; received 3000',
  );
});
