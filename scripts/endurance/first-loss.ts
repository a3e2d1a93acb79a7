/**
 * `node scripts/endurance/first-loss.ts [FOLDER]`: from the press on Train to the first loss on the screen, in a
 * Chromium, with the data pack in its cache and a page that has just been opened; and where the time goes.
 *
 * FOLDER is a built site; without one it is built. The press comes at once when the page takes presses, with no
 * pointer over the button before. Medians of `ROUNDS`.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launch } from '../../tests/browser/chromium.ts';
import { median } from '../bench/median.ts';
import { build } from '../build.ts';
import { serve } from '../serve.ts';

const ROUNDS = 9;

/** Put in front of the worker's script: tells the page when what began and ended, on the page's clock. */
const SPY = `
{
  const channel = new BroadcastChannel('spy');
  const now = () => performance.timeOrigin + performance.now();
  const tell = (what) => channel.postMessage([what, now()]);
  tell('worker runs');
  const watch = (where, name, label) => {
    const own = where[name];
    where[name] = async function (...given) {
      const what = label(...given);
      const answer = await own.apply(this, given);
      tell(what);
      return answer;
    };
  };
  watch(globalThis, 'fetch', (address) => 'has ' + String(address).split('/').at(-1).split('.')[0]);
  watch(crypto.subtle, 'digest', () => 'hash');
  watch(WebAssembly, 'compile', () => 'kernel is compiled');
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (...given) {
    const kind = given[0]?.argumentList?.[0]?.value?.kind;
    if (kind !== undefined) tell('worker tells ' + kind);
    return post.apply(this, given);
  };
}
`;

type Marks = readonly (readonly [what: string, at: number])[];

async function once(page: Page, address: string): Promise<Marks> {
  await page.goto(address, { waitUntil: 'load' });
  await page.locator('[data-ready]').waitFor();
  return page.evaluate(
    () =>
      new Promise<Marks>((resolve) => {
        const now = () => performance.timeOrigin + performance.now();
        const marks: [string, number][] = [];
        const channel = new BroadcastChannel('spy');
        channel.onmessage = ({ data }) => marks.push(data);
        const Own = Worker;
        globalThis.Worker = class extends Own {
          constructor(...given: ConstructorParameters<typeof Worker>) {
            super(...given);
            marks.push(['worker is made', now()]);
            this.addEventListener('message', ({ data }) => {
              const kind = data?.value?.kind ?? data?.argumentList?.[0]?.value?.kind;
              if (kind !== undefined) marks.push([`page hears ${kind}`, now()]);
            });
          }
        };
        const seen = new MutationObserver(() => {
          if (!/, loss \d/.test(document.querySelector('.head')?.textContent ?? '')) return;
          seen.disconnect();
          marks.push(['in the document', now()]);
          requestAnimationFrame(() =>
            setTimeout(() => {
              marks.push(['on the screen', now()]);
              setTimeout(() => resolve(marks), 300);
            }),
          );
        });
        seen.observe(document.body, { subtree: true, childList: true, characterData: true });
        const train = [...document.querySelectorAll('button')].find((b) => b.textContent?.trim() === 'Train');
        marks.push(['press', now()]);
        train?.click();
      }),
  );
}

const given = process.argv[2];
if (given === undefined) build();
const folder = mkdtempSync(join(tmpdir(), 'first-loss-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
cpSync(given ?? fileURLToPath(new URL('../../dist', import.meta.url)), folder, { recursive: true });
for (const name of readdirSync(`${folder}/_astro`).filter((name) => /^worker-.*\.js$/.test(name))) {
  const path = `${folder}/_astro/${name}`;
  writeFileSync(path, SPY + readFileSync(path, 'utf8'));
}

const site = await serve(folder, 0);
const browser = await launch();
try {
  const context = await browser.newContext();
  const address = `http://127.0.0.1:${site.port}/lab/`;
  const times = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round++) {
    const page = await context.newPage();
    const marks = await once(page, address);
    await page.close();
    // The first fills the cache.
    if (round === 0) continue;
    const press = marks.find(([what]) => what === 'press')?.[1] ?? Number.NaN;
    const first = new Map<string, number>();
    for (const [what, at] of marks) if (!first.has(what)) first.set(what, at - press);
    for (const [what, at] of first) times.set(what, [...(times.get(what) ?? []), at]);
  }
  console.log(
    `Chromium ${browser.version()}, milliseconds after the press, median (least, most) of ${ROUNDS}:`,
  );
  const rows = [...times].map(
    ([what, all]) => [what, median(all), Math.min(...all), Math.max(...all)] as const,
  );
  for (const [what, middle, least, most] of rows.toSorted(([, a], [, b]) => a - b))
    console.log(
      `${what.padEnd(26)}${middle.toFixed(0).padStart(6)}  (${least.toFixed(0)}, ${most.toFixed(0)})`,
    );
} finally {
  await browser.close();
  await site.close();
}
