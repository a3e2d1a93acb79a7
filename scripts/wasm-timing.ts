/**
 * `node scripts/wasm-timing.ts [--chromium] [--cell ID] [units steps batch]` times training batches of a cell (the LSTM
 * where none is named) on the kernel, word vectors of 32, vocabulary 4,000: in this Node, or in a Chromium. Best and
 * median of 100, in ms.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { findCell } from '../src/lib/cells/index.ts';
import type { Flavour } from '../src/lib/engine/wasm/kernel.ts';
import { bothKernels, readBinary } from '../src/lib/engine/wasm/node.ts';
import { type Timed, type Timing, timeCell } from '../src/lib/engine/wasm/timing.ts';
import { launch } from '../tests/browser/chromium.ts';
import { ensureKernel } from './wasm-kernel.ts';

const BATCHES = 100;
const FLAVOURS = ['plain', 'relaxed'] as const;

type Time = (flavour: Flavour, sizes: Timed) => Promise<Timing>;

async function inNode(): Promise<Time> {
  const codes = await bothKernels();
  return async (flavour, sizes) => timeCell(codes[flavour], sizes, BATCHES);
}

/** The same code, bundled, in an empty page. */
async function inChromium(): Promise<Time> {
  const entry = fileURLToPath(new URL('../src/lib/engine/wasm/timing.ts', import.meta.url));
  const built = await build({
    ...{ configFile: false, logLevel: 'error', root: fileURLToPath(new URL('..', import.meta.url)) },
    build: { write: false, copyPublicDir: false, lib: { entry, formats: ['es'], fileName: 'timing' } },
  });
  const [output] = [built].flat();
  if (output === undefined || !('output' in output)) throw new Error('vite bundled nothing');
  const source = `data:text/javascript,${encodeURIComponent(output.output[0].code)}`;
  const browser = await launch();
  const page = await browser.newPage();
  process.on('exit', () => void browser.close());
  return async (flavour, sizes) => {
    const bytes = [...(await readBinary(flavour))];
    return page.evaluate(
      async ([source, bytes, flavour, sizes, batches]) => {
        const { timeCell } = await import(source);
        const module = await WebAssembly.compile(Uint8Array.from(bytes));
        return timeCell({ flavour, module }, sizes, batches);
      },
      [source, bytes, flavour, sizes, BATCHES] as const,
    );
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { chromium: { type: 'boolean', default: false }, cell: { type: 'string', default: 'lstm' } },
});
await ensureKernel();
const time = values.chromium ? await inChromium() : await inNode();
const { equations } = findCell(values.cell);
const given = positionals.map(Number);
const cases =
  given.length === 3
    ? [given]
    : [
        [32, 80, 32],
        [128, 80, 32],
        [32, 200, 32],
        [32, 80, 16],
      ];
for (const [units = 32, steps = 80, batch = 32] of cases)
  for (const flavour of FLAVOURS) {
    const { best, median, first } = await time(flavour, { equations, batch, steps, units });
    console.log(
      `${values.cell}, ${flavour}, ${units} units, ${steps} steps, batch ${batch}: best ${best.toFixed(2)}, median ${median.toFixed(2)}, first ${first.toFixed(1)} ms`,
    );
  }
// Chromium would keep the script alive.
process.exit(0);
