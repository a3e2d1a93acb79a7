import type { TypedArray } from '@tensorflow/tfjs-core';
import type { Architecture } from '../../architecture.ts';
import { keyOf } from '../../chance.ts';
import type { Block, Ids } from '../../wasm/block.ts';
import { Kernel, type KernelCode } from '../../wasm/kernel.ts';
import { Layout, type Program } from '../../wasm/layout.ts';
import { putRecurrent } from '../../wasm/recurrent-layer.ts';
import { Tape } from '../../wasm/tape.ts';
import { layOutVariables, type Variables } from '../../wasm/variables.ts';
import { layerOf, weightNames } from './names.ts';
import { type Call, registerOnHost } from './on-host.ts';

/** A layer on a tape of its own, in a memory of its own, for batches of one shape. */
interface Compiled {
  readonly kernel: Kernel;
  readonly program: Program;
  readonly variables: Variables;
  /** Time-major: all examples of step 0 first. */
  readonly x: Block;
  readonly mask: Block | undefined;
  readonly output: Block;
  /** dL/d(output) and dL/dx; only where the tape leads back. */
  readonly adjoints: { readonly output: Block; readonly x: Block } | undefined;
  readonly keys: readonly { readonly which: number; readonly ids: Ids }[];
}

/** Shapes that stay compiled: a model's layers and the sizes of its batches, forward and back. */
const MOST_SHAPES = 16;

function compile(code: KernelCode, call: Call, learns: boolean): Compiled {
  const { batch, steps, input, mask, chance } = call;
  const layer = layerOf(call);
  const architecture: Architecture = { input, layers: [layer], loss: 'numbers' };
  const memory = new Layout();
  const variables = layOutVariables(memory, architecture);
  const rows = steps * batch;
  const x = memory.block('x', rows, input);
  const counts = mask && memory.block('mask', rows, 1);
  const towardsX = learns ? memory.block('dL/dx', rows, input) : undefined;
  const first = memory.ids('the first example’s number', 1);
  const keys: { which: number; ids: Ids }[] = [];
  const named = (names: readonly string[]) => names.map((name) => `${layer.name}.${name}`);
  const part = putRecurrent(layer, {
    ...{ memory, batch, steps, learns },
    input: x,
    mask: counts,
    inputGradient: towardsX,
    weights: (...names) => variables.together('parameter', named(names)),
    gradients: (...names) => variables.together('gradient', named(names)),
    chance:
      chance === undefined
        ? undefined
        : (which) => {
            const key = { which, ids: memory.ids(`the key of cell ${which}`, 1) };
            keys.push(key);
            return { key: key.ids, first };
          },
  });
  const { output } = part;
  const towardsOutput = learns ? memory.block('dL/d(output)', output.rows, output.columns) : undefined;
  const tape = new Tape();
  part.forward(tape);
  // What came of it is copied, because the part's own block may be a part of another.
  const given = memory.block('the output', output.rows, output.columns);
  tape.map('copy', given, output);
  if (towardsOutput !== undefined) part.backward(tape, towardsOutput);
  const program = memory.program('a recurrent layer', tape);
  return {
    ...{ kernel: new Kernel(code, memory), program, variables, x, keys },
    mask: counts,
    output: given,
    adjoints: towardsOutput && towardsX && { output: towardsOutput, x: towardsX },
  };
}

/** The kernels for tfjs's `wasm` backend: this site's own, with numbers copied out of tfjs's memory and back. */
export function registerRecurrentOnWasm(code: KernelCode): void {
  const shapes = new Map<string, Compiled>();
  const compiledFor = (call: Call, learns: boolean): Compiled => {
    const { layer, batch, steps, input, mask, chance } = call;
    const key = JSON.stringify([
      layer,
      batch,
      steps,
      input,
      mask !== undefined,
      chance !== undefined,
      learns,
    ]);
    const compiled = shapes.get(key) ?? compile(code, call, learns);
    // What was used last stands last.
    shapes.delete(key);
    shapes.set(key, compiled);
    const [oldest] = shapes.keys();
    if (shapes.size > MOST_SHAPES && oldest !== undefined) shapes.delete(oldest);
    return compiled;
  };
  registerOnHost('wasm', {
    forward: (call) => {
      const compiled = compiledFor(call, false);
      fill(compiled, call);
      compiled.kernel.run(compiled.program);
      return outputOf(compiled, call);
    },
    backward: (call, towards) => {
      const compiled = compiledFor(call, true);
      const { kernel, adjoints, variables } = compiled;
      if (adjoints === undefined) throw new Error('a tape that leads back has adjoints');
      fill(compiled, call);
      writeTimeMajor(kernel.floats(adjoints.output), towards, call.batch, outputSteps(call));
      kernel.run(compiled.program);
      return [
        readTimeMajor(kernel.floats(adjoints.x), call.batch, call.steps),
        ...weightNames(layerOf(call)).map((name) => kernel.floats(variables.block('gradient', name)).slice()),
      ];
    },
  });
}

const outputSteps = ({ layer, steps }: Call): number => (layer.sequences ? steps : 1);

function outputOf({ kernel, output }: Compiled, call: Call): Float32Array {
  return readTimeMajor(kernel.floats(output), call.batch, outputSteps(call));
}

/** Writes all that a tape reads. */
function fill({ kernel, variables, x, mask, keys }: Compiled, call: Call): void {
  const { batch, steps, place, chance } = call;
  for (const [k, name] of weightNames(layerOf(call)).entries())
    kernel.floats(variables.block('parameter', name)).set(call.weights[k] ?? []);
  writeTimeMajor(kernel.floats(x), call.x, batch, steps);
  if (mask !== undefined && call.mask !== undefined)
    writeTimeMajor(kernel.floats(mask), call.mask, batch, steps);
  for (const { which, ids } of keys)
    kernel.integers(ids)[0] = chance === undefined ? 0 : keyOf(chance.seed, place + which, chance.step);
}

/** [batch, steps, size] to [steps, batch, size]. */
function writeTimeMajor(
  to: Float32Array,
  from: TypedArray | ArrayLike<number>,
  batch: number,
  steps: number,
): void {
  const size = to.length / (batch * steps);
  for (let example = 0; example < batch; example++)
    for (let step = 0; step < steps; step++)
      for (let k = 0; k < size; k++)
        to[(step * batch + example) * size + k] = from[(example * steps + step) * size + k] ?? Number.NaN;
}

/** And back, as a copy. */
function readTimeMajor(from: Float32Array, batch: number, steps: number): Float32Array {
  const size = from.length / (batch * steps);
  const to = new Float32Array(from.length);
  for (let step = 0; step < steps; step++)
    for (let example = 0; example < batch; example++)
      to.set(
        from.subarray((step * batch + example) * size, (step * batch + example + 1) * size),
        (example * steps + step) * size,
      );
  return to;
}
