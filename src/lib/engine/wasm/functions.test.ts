import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureKernel } from '../../../../scripts/wasm-kernel.ts';
import { sigmoid, softplus } from '../../equations/operations.ts';
import { type Flavour, Kernel } from './kernel.ts';
import { Layout } from './layout.ts';
import type { NameOf } from './opcodes.ts';
import { Tape } from './tape.ts';

/** Below this a float32 has fewer digits: an error counts against it, not against the value. */
const LEAST_NORMAL = 2 ** -126;

/**
 * What each may err by, relative to the value: a little more than was measured over these arguments (0.89, 0.75, 1.48,
 * 1.34 and 1.24e-7; rounding alone is 0.6e-7). `flushes`: a value under the least normal float may be zero instead.
 */
const FUNCTIONS: readonly {
  readonly name: NameOf<'map'>;
  readonly exact: (a: number) => number;
  readonly bound: number;
  readonly flushes: boolean;
}[] = [
  { name: 'exp', exact: Math.exp, bound: 1e-7, flushes: false },
  { name: 'log', exact: Math.log, bound: 1e-7, flushes: false },
  { name: 'sigmoid', exact: sigmoid, bound: 1.6e-7, flushes: true },
  { name: 'tanh', exact: Math.tanh, bound: 1.5e-7, flushes: false },
  { name: 'softplus', exact: softplus, bound: 1.5e-7, flushes: true },
];

/** What no float of a scale is. */
const SPECIAL = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Floats of every size and both signs: 64 from each power of two, evenly, then a dense range where exp lives. */
function everyScale(): Float32Array {
  const numbers = [...SPECIAL];
  for (let exponent = -149; exponent < 128; exponent++)
    for (let part = 0; part < 64; part++)
      for (const sign of [1, -1]) numbers.push(sign * 2 ** exponent * (1 + part / 64));
  for (let k = -110; k <= 110; k += 1 / 1024) numbers.push(k);
  return Float32Array.from(numbers);
}

const ARGUMENTS = everyScale();
let folder = '';
beforeAll(async () => {
  ({ folder } = await ensureKernel());
}, 60_000);

function apply(flavour: Flavour, name: NameOf<'map'>, given: Float32Array): Float32Array {
  const layout = new Layout();
  const a = layout.block('a', 1, given.length);
  const out = layout.block('out', 1, given.length);
  const tape = new Tape();
  tape.map(name, out, a);
  const program = layout.program(name, tape);
  const module = new WebAssembly.Module(readFileSync(join(folder, `${flavour}.wasm`)));
  const kernel = new Kernel({ flavour, module }, layout);
  kernel.floats(a).set(given);
  kernel.run(program);
  return kernel.floats(out);
}

describe.each(['plain', 'relaxed'] as const)('functions of the %s kernel', (flavour) => {
  it.each(FUNCTIONS)('$name keeps its digits over all floats', ({ name, exact, bound, flushes }) => {
    const values = apply(flavour, name, ARGUMENTS);
    const wrong: string[] = [];
    let worst = 0;
    for (const [k, argument] of ARGUMENTS.entries()) {
      const expected = exact(argument);
      const value = values[k] ?? Number.NaN;
      const rounded = Math.fround(expected);
      const isFlushed = flushes && Math.abs(expected) < LEAST_NORMAL && value === 0;
      if (isFlushed || Object.is(value, rounded)) continue;
      const error = Math.abs(value - expected) / Math.max(Math.abs(expected), LEAST_NORMAL);
      if (!(error < bound)) wrong.push(`${name}(${argument}) = ${value}, not ${expected}`);
      else worst = Math.max(worst, error);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    // A bound that nothing comes near would test nothing.
    expect(worst).toBeGreaterThan(bound / 2);
  });
});
