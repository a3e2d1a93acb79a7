import { fetchBinary } from '../../../src/lib/engine/wasm/browser.ts';
import { Kernel, loadKernel } from '../../../src/lib/engine/wasm/kernel.ts';
import { Layout } from '../../../src/lib/engine/wasm/layout.ts';
import { Tape } from '../../../src/lib/engine/wasm/tape.ts';

/** A product that stays in the first cache: an LSTM's gates at 32 units. */
const [ROWS, DEPTH, COLUMNS] = [32, 32, 128];
const PRODUCTS = 500;
const RUNS = 40;

/** Billions of operations a second that the kernel's product comes to on one core here, at its best. */
export async function peak(): Promise<number> {
  const layout = new Layout();
  const a = layout.block('a', ROWS, DEPTH);
  const b = layout.packed('b', DEPTH, COLUMNS);
  const out = layout.block('out', ROWS, COLUMNS);
  const tape = new Tape();
  for (let k = 0; k < PRODUCTS; k++) tape.gemm(out, a, b);
  const program = layout.program('products', tape);
  const kernel = new Kernel(await loadKernel(fetchBinary), layout);
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < RUNS; k++) {
    const begun = performance.now();
    kernel.run(program);
    best = Math.min(best, performance.now() - begun);
  }
  return (2 * ROWS * DEPTH * COLUMNS * PRODUCTS) / (best * 1e6);
}
