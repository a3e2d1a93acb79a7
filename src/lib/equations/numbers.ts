import { elements, type Graph, type Shape, type Sizes, statementName } from './graph.ts';
import { evaluate } from './operations.ts';

/** Numbers by the name that they have in the equations; a matrix is row-major. */
export type Values = ReadonlyMap<string, ArrayLike<number>>;

/** One time step: every value that the equations met. */
export interface Step {
  /**
   * By NodeId, every node of the graph. A masked step's values are computed and then thrown away, as Keras does:
   * they reach neither a state nor the output.
   */
  readonly values: readonly Float64Array[];
  /** The step's x, [input]. */
  readonly x: Float64Array;
  /** Every state before the step, [units]. */
  readonly before: ReadonlyMap<string, Float64Array>;
  /** Every state after it, [units]; in a masked step the same as before. */
  readonly after: ReadonlyMap<string, Float64Array>;
  readonly masked: boolean;
}

/** A sequence as a cell read it. */
export interface Recording {
  readonly graph: Graph;
  readonly sizes: Sizes;
  readonly steps: readonly Step[];
  readonly rounded: Rounding;
}

export interface RunOptions {
  /** States before the first step, [units]; a state that isn't named here starts at zero. */
  readonly initial?: Values;
  /** One entry a step: false where the step is padding. Without it every step counts. */
  readonly mask?: readonly boolean[];
  /** What becomes of each value once it is computed, on the way back too: a machine of fewer digits rounds. */
  readonly rounded?: Rounding | undefined;
}

export type Rounding = (value: Float64Array) => Float64Array;
const exact: Rounding = (value) => value;

/** Row-major float64 from whatever holds the numbers, or an error that says what was wrong with them. */
function take(
  what: string,
  numbers: ArrayLike<number> | undefined,
  shape: Shape,
  sizes: Sizes,
): Float64Array {
  const expected = elements(shape, sizes);
  const spelled = shape.map((size) => `${size} = ${sizes[size]}`).join(', ');
  if (numbers === undefined)
    throw new Error(
      `${what} is missing: expected ${expected} numbers ([${spelled}]). Give it a value in the map.`,
    );
  if (numbers.length !== expected)
    throw new Error(
      `${what} has ${numbers.length} numbers, expected ${expected} ([${spelled}]). Were these values made at other sizes?`,
    );
  return Float64Array.from(numbers);
}

/** A state's next value: a number fills the state. */
function filled(value: Float64Array, units: number): Float64Array {
  return value.length === units ? value : new Float64Array(units).fill(value[0] as number);
}

/**
 * Runs a cell over a sequence in float64 and keeps every value of every step.
 *
 * A masked step carries every state and repeats the output. Where padding comes first, that output is the initial
 * state; Keras gives zeros there, which is the same as long as the states start at zero.
 *
 * @param parameters each parameter of the graph by name, matrices row-major; names the graph lacks are ignored
 * @param inputs one x a step, each [input]
 * @throws Error where a parameter, an input, an initial state or the mask is missing or has the wrong length
 */
export function run(
  graph: Graph,
  sizes: Sizes,
  parameters: Values,
  inputs: readonly ArrayLike<number>[],
  options: RunOptions = {},
): Recording {
  const { initial = new Map(), mask, rounded = exact } = options;
  if (mask !== undefined && mask.length !== inputs.length)
    throw new Error(`the mask has ${mask.length} entries, expected one for each of ${inputs.length} inputs.`);

  const weights = new Map(
    graph.parameters.map(({ name, shape }) => [
      name,
      take(`parameter ${name}`, parameters.get(name), shape, sizes),
    ]),
  );
  const names = graph.states.map((state) => state.name);
  for (const name of initial.keys())
    if (!names.includes(name))
      throw new Error(
        `the initial value of ${name} has no state to go to; the states are ${names.join(', ')}.`,
      );

  let states: ReadonlyMap<string, Float64Array> = new Map(
    names.map((name) => [
      name,
      initial.has(name)
        ? take(`the initial value of ${name}`, initial.get(name), ['units'], sizes)
        : new Float64Array(sizes.units),
    ]),
  );

  const steps = inputs.map((numbers, t): Step => {
    const x = take(`input ${t}`, numbers, ['input'], sizes);
    const before = states;
    const masked = mask?.[t] === false;
    const values: Float64Array[] = [];
    for (const node of graph.nodes) {
      switch (node.op) {
        case 'input':
          values.push(x);
          break;
        case 'state':
          values.push(before.get(node.name) as Float64Array);
          break;
        case 'parameter':
          values.push(weights.get(node.name) as Float64Array);
          break;
        default:
          values.push(rounded(evaluate(node, values, sizes)));
      }
    }
    const after = masked
      ? before
      : new Map(
          graph.states.map(({ name, after }) => [name, filled(values[after] as Float64Array, sizes.units)]),
        );
    states = after;
    return { values, x, before, after, masked };
  });
  return { graph, sizes, steps, rounded };
}

/**
 * A value by its name in the equations: a statement (`f`, `c'`), a state before the step (`c`), `x` or a parameter.
 * A statement whose value is a number has one element. `c'` in a masked step is the carried state.
 *
 * @param step 0-based
 * @throws Error for a step outside the recording and for a name that the equations don't have
 */
export function named({ graph, steps }: Recording, step: number, name: string): Float64Array {
  const found = stepAt(steps, step);
  const { values, before, after, masked, x } = found;
  if (name === 'x') return x;
  const state = before.get(name);
  if (state !== undefined) return state;
  const carried = masked && name.endsWith("'") ? after.get(name.slice(0, -1)) : undefined;
  if (carried !== undefined) return carried;
  const value = values[nodeNamed(graph, name)];
  if (value === undefined) throw new Error(`${name} has no value at step ${step}`);
  return value;
}

/** The cell's output after a step, [units]. @param step 0-based */
export function output({ graph, steps }: Recording, step: number): Float64Array {
  const value = stepAt(steps, step).after.get(graph.output);
  if (value === undefined) throw new Error(`the output ${graph.output} is no state of these equations`);
  return value;
}

function stepAt(steps: readonly Step[], step: number): Step {
  const found = steps[step];
  if (found === undefined)
    throw new Error(`there is no step ${step}: the recording has ${steps.length} steps, counted from 0.`);
  return found;
}

/** The node that a statement's or a parameter's name stands for. @throws Error for an unknown name */
export function nodeNamed(graph: Graph, name: string): number {
  const statement = graph.statements.find((candidate) => statementName(candidate) === name);
  const parameter = graph.parameters.find((candidate) => candidate.name === name);
  const node = statement?.node ?? parameter?.node;
  if (node === undefined) {
    const known = [...graph.statements.map(statementName), ...graph.parameters.map((known) => known.name)];
    throw new Error(`these equations have no ${name}; they have x, ${known.join(', ')}.`);
  }
  return node;
}
