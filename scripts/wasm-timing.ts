/**
 * `node scripts/wasm-timing.ts` times one LSTM training batch of the kernel, on the tape written by hand: best and
 * median of many, in ms. Sizes may follow as `units steps batch`.
 */

import { type LstmSizes, lstmTape } from '../src/lib/engine/wasm/by-hand/lstm.ts';
import { type Flavour, Kernel, loadKernel } from '../src/lib/engine/wasm/kernel.ts';
import { readBinary } from '../src/lib/engine/wasm/node.ts';
import { ensureKernel } from './wasm-kernel.ts';

const BATCHES = 100;

/** Times batches on random words; the numbers don't matter to the time as long as they are ordinary. */
async function time(flavour: Flavour, sizes: LstmSizes): Promise<string> {
  const code = await loadKernel(() => readBinary(flavour));
  const tape = lstmTape(sizes, 5);
  const kernel = new Kernel(code, tape.layout);
  const random = () => 0.1 * (2 * Math.random() - 1);
  const words = () =>
    kernel.integers(tape.ids).forEach((_, k, all) => {
      all[k] = Math.floor(Math.random() * sizes.vocabulary);
    });
  for (const block of [tape.parameters.dense, tape.parameters.embedding])
    kernel.floats(block).forEach((_, k, all) => {
      all[k] = random();
    });
  kernel.floats(tape.labels).forEach((_, k, all) => {
    all[k] = k % 2;
  });
  const times: number[] = [];
  for (let batch = 1; batch <= BATCHES; batch++) {
    words();
    kernel.floats(tape.schedule).set([1e-3 / (1 - 0.9 ** batch), 1 / (1 - 0.999 ** batch)]);
    const begun = performance.now();
    kernel.run(tape.program);
    kernel.run(tape.clear);
    times.push(performance.now() - begun);
  }
  // The first batches run unoptimised code.
  const settled = times.slice(10).sort((a, b) => a - b);
  const { units, steps, batch } = sizes;
  const [best = 0, median = 0] = [settled[0], settled[settled.length >> 1]];
  return `${flavour}: ${units} units, ${steps} steps, batch ${batch}: best ${best.toFixed(2)}, median ${median.toFixed(2)}, first ${(times[0] ?? 0).toFixed(1)} ms (${tape.program.instructions} instructions, ${(kernel.bytes / 2 ** 20).toFixed(0)} MiB)`;
}

await ensureKernel();
const given = process.argv.slice(2).map(Number);
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
  for (const flavour of ['plain', 'relaxed'] as const)
    console.log(await time(flavour, { batch, steps, units, input: 32, vocabulary: 4000 }));
