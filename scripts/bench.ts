/**
 * `npm run bench`: milliseconds a batch in a real Chromium, on the built site, and what the stage's arithmetic takes.
 * The cells take turns within a round, so that whatever else the machine does hits all of them alike, and ratios are
 * taken within a round. `npm run bench -- webgl` times WebGL too. UNROLLED_BUILT=1 takes `dist/` as it is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as Comlink from 'comlink';
import { findCell } from '../src/lib/cells/index.ts';
import { initialParameters } from '../src/lib/cells/initial.ts';
import { type Configuration, QUICK, quickRun } from '../src/lib/engine/configuration.ts';
import { ENGINES, type EngineName, type Frame, type TrainingWorker } from '../src/lib/engine/protocol.ts';
import { run } from '../src/lib/equations/numbers.ts';
import { parse } from '../src/lib/equations/parse.ts';
import { backThroughTime } from '../src/lib/equations/through-time.ts';
import { launch } from '../tests/browser/chromium.ts';
import { build } from './build.ts';
import { serve } from './serve.ts';

const CELLS = ['lstm', 'gru-reset-after', 'elman'] as const;
const ROUNDS = 7;
/** Enough that one slow batch counts little; WebGL without a graphics card takes half a second for each. */
const BATCHES: Readonly<Record<EngineName, number>> = { wasm: 40, webgl: 8 };
/** The lesson's network: its stage reads reviews of up to so many words. */
const STAGE = { sizes: { input: 16, units: 16 }, words: 128 };

interface Measurement {
  readonly worker: string;
  readonly configuration: Configuration;
  readonly engine: EngineName;
  readonly batches: number;
}

/** In the page: trains in a fresh worker, and ends it once enough batches have been timed after the first report. */
function timeBatches({ worker, configuration, engine, batches }: Measurement): Promise<number> {
  const { wrap, proxy } = (globalThis as unknown as { readonly Comlink: typeof Comlink }).Comlink;
  const made = new Worker(worker, { type: 'module' });
  const remote = wrap<TrainingWorker>(made);
  return new Promise((resolve, reject) => {
    let first = 0;
    let last = 0;
    let time = 0;
    const onFrame = (frame: Frame): void => {
      if (frame.kind !== 'batch') return;
      if (first === 0) first = frame.step;
      else time += frame.millisecondsABatch * (frame.step - last);
      last = frame.step;
      if (last - first < batches) return;
      made.terminate();
      resolve(time / (last - first));
    };
    const train = async (): Promise<never> => {
      await remote.open(new URL('/imdb/manifest.json', location.href).href);
      await remote.train(configuration, proxy(onFrame), { engine });
      throw new Error(`the run ended before ${batches} batches could be timed`);
    };
    train().catch(reject);
  });
}

/** Parsing, running and going back through time over one review, milliseconds each. */
function timeStage(): readonly [what: string, milliseconds: number][] {
  const { equations } = findCell('lstm');
  const graph = parse(equations);
  const parameters = initialParameters(graph, STAGE.sizes, QUICK.seed);
  const inputs = Array.from({ length: STAGE.words }, (_, word) =>
    Float64Array.from({ length: STAGE.sizes.input }, (_, k) => Math.sin(word + k)),
  );
  const recording = run(graph, STAGE.sizes, parameters, inputs);
  const seeds = inputs.map((_, word) =>
    word === inputs.length - 1 ? new Float64Array(STAGE.sizes.units).fill(1) : undefined,
  );
  return [
    ['parse', medianTime(() => parse(equations))],
    ['run', medianTime(() => run(graph, STAGE.sizes, parameters, inputs))],
    ['back through time', medianTime(() => backThroughTime(recording, seeds))],
  ];
}

function medianTime(work: () => unknown): number {
  const times = Array.from({ length: 60 }, () => {
    const begun = performance.now();
    work();
    return performance.now() - begun;
  });
  // The first ones run before the compiler has seen the code.
  return median(times.slice(20));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}

const asked = process.argv.slice(2);
const strange = asked.find((name) => !ENGINES.some((engine) => engine === name));
if (strange !== undefined) {
  console.error(`There is no engine ${strange}; the engines are ${ENGINES.join(', ')}.`);
  process.exit(1);
}
const engines = ENGINES.filter((engine) => engine === 'wasm' || asked.includes(engine));

if (!process.env['UNROLLED_BUILT']) build();
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const script = readdirSync(`${dist}/_astro`).find((name) => /^worker-.*\.js$/.test(name));
if (script === undefined) throw new Error('dist/_astro has no worker: build the site first (npm run build).');
const comlink = readFileSync(
  new URL('../node_modules/comlink/dist/umd/comlink.min.js', import.meta.url),
  'utf8',
);

const site = await serve(dist, 0);
const browser = await launch();
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${site.port}/robots.txt`);
  await page.evaluate(comlink);
  const times = new Map<string, number[]>();
  const ratios = new Map<string, number[]>();
  const note = (all: Map<string, number[]>, key: string, value: number): void => {
    all.set(key, [...(all.get(key) ?? []), value]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    let unit = Number.NaN;
    for (const engine of engines)
      for (const cell of CELLS) {
        const milliseconds = await page.evaluate(timeBatches, {
          worker: `/_astro/${script}`,
          configuration: quickRun(findCell(cell)),
          engine,
          batches: BATCHES[engine],
        });
        if (engine === 'wasm' && cell === 'lstm') unit = milliseconds;
        note(times, `${cell} ${engine}`, milliseconds);
        note(ratios, `${cell} ${engine}`, milliseconds / unit);
      }
  }
  const { units, tokens, batch, vocabulary } = QUICK;
  console.log(
    `\nChromium ${browser.version()}: ${units} units, ${tokens} steps, batch ${batch}, vocabulary ${vocabulary}; ${ROUNDS} rounds`,
  );
  console.log('cell, engine          ms a batch  to the LSTM on wasm (lowest, highest)');
  for (const [key, all] of times) {
    const paired = ratios.get(key) ?? [];
    const spread = `(${Math.min(...paired).toFixed(2)}, ${Math.max(...paired).toFixed(2)})`;
    console.log(
      `${key.padEnd(22)}${median(all).toFixed(1).padStart(10)}  ${median(paired).toFixed(2)} ${spread}`,
    );
  }
  const { sizes, words } = STAGE;
  console.log(`\nThe stage's LSTM, ${sizes.units} units, ${words} words, Node ${process.versions.node}`);
  for (const [what, milliseconds] of timeStage())
    console.log(`${what.padEnd(22)}${milliseconds.toFixed(2).padStart(10)} ms`);
} finally {
  await browser.close();
  await site.close();
}
