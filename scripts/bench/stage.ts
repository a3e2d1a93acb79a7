import { findCell } from '../../src/lib/cells/index.ts';
import { initialParameters } from '../../src/lib/cells/initial.ts';
import { run } from '../../src/lib/equations/numbers.ts';
import { parse } from '../../src/lib/equations/parse.ts';
import { backThroughTime } from '../../src/lib/equations/through-time.ts';
import { median } from './median.ts';

/** The lesson's network: its stage reads reviews of up to so many words. */
const STAGE = { sizes: { input: 16, units: 16 }, words: 128 };
const SEED = 7;

/** Prints what parsing, running and going back through time over one review take in this Node. */
export function timeStage(): void {
  const { equations } = findCell('lstm');
  const { sizes, words } = STAGE;
  const graph = parse(equations);
  const parameters = initialParameters(graph, sizes, SEED);
  const inputs = Array.from({ length: words }, (_, word) =>
    Float64Array.from({ length: sizes.input }, (_, k) => Math.sin(word + k)),
  );
  const recording = run(graph, sizes, parameters, inputs);
  const seeds = inputs.map((_, word) =>
    word === words - 1 ? new Float64Array(sizes.units).fill(1) : undefined,
  );
  const tasks: readonly [what: string, work: () => unknown][] = [
    ['parse', () => parse(equations)],
    ['run', () => run(graph, sizes, parameters, inputs)],
    ['back through time', () => backThroughTime(recording, seeds)],
  ];
  console.log(`The stage's LSTM, ${sizes.units} units, ${words} words, Node ${process.versions.node}`);
  for (const [what, work] of tasks)
    console.log(`${what.padEnd(22)}${medianTime(work).toFixed(2).padStart(10)} ms`);
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
