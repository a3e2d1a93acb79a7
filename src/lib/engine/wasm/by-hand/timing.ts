import { Kernel, type KernelCode } from '../kernel.ts';
import { type LstmSizes, lstmTape } from './lstm.ts';

/** Milliseconds of a batch. */
export interface Timing {
  readonly best: number;
  readonly median: number;
  /** The first one's: a browser runs it on code that it has not optimised yet. */
  readonly first: number;
}

/** Batches that the browser gets to optimise the code, and that don't count. */
const WARM_UP = 20;

/** Times so many LSTM batches on random words: forward, backward, clipping and Adam, all of it in the kernel. */
export function timeLstm(code: KernelCode, sizes: LstmSizes, batches: number): Timing {
  const tape = lstmTape(sizes, 5);
  const kernel = new Kernel(code, tape.layout);
  for (const block of [tape.parameters.dense, tape.parameters.embedding]) {
    const weights = kernel.floats(block);
    for (let k = 0; k < weights.length; k++) weights[k] = 0.2 * Math.random() - 0.1;
  }
  const labels = kernel.floats(tape.labels);
  for (let row = 0; row < labels.length; row++) labels[row] = row % 2;
  const ids = kernel.integers(tape.ids);
  const times: number[] = [];
  for (let batch = 1; batch <= WARM_UP + batches; batch++) {
    for (let k = 0; k < ids.length; k++) ids[k] = Math.floor(Math.random() * sizes.vocabulary);
    kernel.floats(tape.schedule).set([1e-3 / (1 - 0.9 ** batch), 1 / (1 - 0.999 ** batch)]);
    const begun = performance.now();
    kernel.run(tape.program);
    kernel.run(tape.clear);
    times.push(performance.now() - begun);
  }
  const settled = times.slice(WARM_UP).sort((a, b) => a - b);
  const [best = 0, median = 0] = [settled[0], settled[settled.length >> 1]];
  return { best, median, first: times[0] ?? 0 };
}
