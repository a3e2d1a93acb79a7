import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { countParameters, type Sizes } from '../equations/graph.ts';
import { named, output, run } from '../equations/numbers.ts';
import { parse } from '../equations/parse.ts';
import { adjointNamed, backThroughTime } from '../equations/through-time.ts';
import { cells, findCell } from './index.ts';

const place = (name: string) => new URL(`./figures/${name}.json`, import.meta.url);

/** Figures that a script in scripts/reference/ made; each interface below names its script. */
function figures<T>(name: string): T {
  return JSON.parse(readFileSync(place(name), 'utf8')) as T;
}

/** A cell that has just been added has no figures yet; central differences hold it all the same (differences.test.ts). */
const compared = cells.filter(({ id }) => existsSync(place(id)));

test('the figures are those of listed cells, eight at least', () => {
  expect(compared.length).toBeGreaterThanOrEqual(8);
});

/** Elementwise, relative to the largest element of what was expected. */
function close(what: string, received: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  const scale = Math.max(...expected.map(Math.abs));
  expect(received.length, what).toBe(expected.length);
  for (const [k, value] of expected.entries())
    expect(Math.abs((received[k] as number) - value), `${what}, element ${k}`).toBeLessThanOrEqual(
      tolerance * scale,
    );
}

interface Leaf {
  readonly value: number[];
  readonly gradient: number[];
}
type Leaves = Readonly<Record<string, Leaf>>;

/** By scripts/reference/cells.py. */
interface Autograd {
  readonly sizes: Sizes;
  readonly seeds: number[][];
  readonly parameters: Leaves;
  readonly inputs: Leaf[];
  readonly initial: Leaves;
  readonly steps: Leaves[];
}

const values = (leaves: Leaves) => new Map(Object.entries(leaves).map(([name, { value }]) => [name, value]));

describe.each(compared)('$name against PyTorch’s autograd in float64', (cell) => {
  const expected = figures<Autograd>(cell.id);
  const graph = parse(cell.equations);
  const recording = run(
    graph,
    expected.sizes,
    values(expected.parameters),
    expected.inputs.map(({ value }) => value),
    { initial: values(expected.initial) },
  );
  const through = backThroughTime(recording, expected.seeds);

  it('has the same parameters, states and named values', () => {
    const names = graph.statements.map(({ name, primed }) => (primed ? `${name}'` : name));
    expect(Object.keys(expected.steps[0] ?? {})).toEqual(names);
    expect(new Set(Object.keys(expected.parameters))).toEqual(
      new Set(graph.parameters.map(({ name }) => name)),
    );
    expect(new Set(Object.keys(expected.initial))).toEqual(new Set(graph.states.map(({ name }) => name)));
  });

  it('has the same values and derivatives of every named value at every step', () => {
    for (const [t, step] of expected.steps.entries())
      for (const [name, { value, gradient }] of Object.entries(step)) {
        close(`${name} at step ${t}`, named(recording, t, name), value, 1e-10);
        close(`dL/d${name} at step ${t}`, adjointNamed(through, t, name), gradient, 1e-10);
      }
  });

  it('has the same derivatives of parameters, inputs and initial states', () => {
    for (const [name, { gradient }] of Object.entries(expected.parameters))
      close(`dL/d${name}`, through.parameters.get(name) ?? [], gradient, 1e-10);
    for (const [name, { gradient }] of Object.entries(expected.initial))
      close(`dL/d(first ${name})`, through.initial.get(name) ?? [], gradient, 1e-10);
    for (const [t, { gradient }] of expected.inputs.entries())
      close(`dL/dx at step ${t}`, through.inputs[t] ?? [], gradient, 1e-10);
  });
});

/** By scripts/reference/toolkits.py. */
interface Toolkits {
  readonly sizes: Sizes;
  readonly cells: Readonly<
    Record<
      string,
      {
        readonly parameters: Readonly<Record<string, number[]>>;
        readonly inputs: number[][];
        /** torch.nn.RNN, LSTM or GRU; absent where PyTorch has no such layer. */
        readonly torch?: number[][];
        /** Keras's SimpleRNN, LSTM or GRU, under each mask. */
        readonly keras: { readonly mask: boolean[]; readonly outputs: number[][] }[];
        readonly count: { readonly sizes: Sizes; readonly parameters: number };
      }
    >
  >;
}

const toolkits = figures<Toolkits>('toolkits');

describe.each(Object.entries(toolkits.cells))('%s against Keras’s own layer', (id, expected) => {
  const graph = parse(findCell(id).equations);
  const parameters = new Map(Object.entries(expected.parameters));

  it.each(expected.keras)('under the mask $mask', ({ mask, outputs }) => {
    const recording = run(graph, toolkits.sizes, parameters, expected.inputs, { mask });
    for (const [t, row] of outputs.entries()) close(`output ${t}`, output(recording, t), row, 1e-13);
  });

  it('has as many parameters', () => {
    expect(countParameters(graph, expected.count.sizes)).toBe(expected.count.parameters);
  });
});

const inTorch = Object.entries(toolkits.cells).flatMap(([id, { torch, ...rest }]) =>
  torch === undefined ? [] : [{ id, torch, ...rest }],
);

test.each(inTorch)('$id against PyTorch’s own layer', ({ id, parameters, inputs, torch }) => {
  const graph = parse(findCell(id).equations);
  const recording = run(graph, toolkits.sizes, new Map(Object.entries(parameters)), inputs);
  for (const [t, row] of torch.entries()) close(`output ${t}`, output(recording, t), row, 1e-13);
});

test('every cell that a toolkit offers is held against it', () => {
  expect(Object.keys(toolkits.cells)).toEqual(['elman', 'lstm', 'gru-reset-before', 'gru-reset-after']);
  expect(inTorch.map(({ id }) => id)).toEqual(['elman', 'lstm', 'gru-reset-after']);
});
