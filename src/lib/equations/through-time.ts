import { type GradientGraph, gradient } from './gradient.ts';
import { elements, type NodeId, type Shape } from './graph.ts';
import { nodeNamed, type Recording, type Step } from './numbers.ts';
import { evaluate } from './operations.ts';

/** One time step's adjoints: dL/d(value), through the step's later lines and all later steps. */
export interface StepAdjoints {
  /**
   * By NodeId of the graph. A parameter's slot is empty: its gradient is the sum over the steps, in
   * `ThroughTime.parameters`. In a masked step, whose values reach nothing, all zeros.
   */
  readonly nodes: readonly (Float64Array | undefined)[];
  /** By state, of its value before the step, [units]. */
  readonly before: ReadonlyMap<string, Float64Array>;
  /** By state, of its value after the step as later steps and the loss read it, [units]. */
  readonly after: ReadonlyMap<string, Float64Array>;
}

/** Every derivative of one loss over one recording. */
export interface ThroughTime {
  readonly recording: Recording;
  /** dL/d(parameter), summed over the steps, row-major; zeros for one that reaches no loss. */
  readonly parameters: ReadonlyMap<string, Float64Array>;
  /** dL/dx of each step, [input]. */
  readonly inputs: readonly Float64Array[];
  /** dL/d(each state before the first step), [units]. */
  readonly initial: ReadonlyMap<string, Float64Array>;
  readonly steps: readonly StepAdjoints[];
}

/**
 * Back-propagation through time over a recorded run, in float64 and over the whole length (nothing is truncated).
 *
 * @param seeds dL/d(output) where the loss reads it, one entry a step, each [units]; undefined where it doesn't
 * @throws Error where the seeds don't match the recording
 */
export function backThroughTime(
  recording: Recording,
  seeds: readonly (ArrayLike<number> | undefined)[],
): ThroughTime {
  const { graph, sizes } = recording;
  checkSeeds(recording, seeds);
  const gradients = new Map<string, GradientGraph>();
  const zeros = (shape: Shape) => new Float64Array(elements(shape, sizes));

  const parameters = new Map(graph.parameters.map(({ name, shape }) => [name, zeros(shape)]));
  const inputs: Float64Array[] = [];
  const steps: StepAdjoints[] = [];
  let after: Adjoints = new Map(graph.states.map(({ name }) => [name, zeros(['units'])]));

  /**
   * The states after the step that the loss depends on at all. Towards the end of a sequence they are fewer: the
   * last step's c matters to no loss in a cell whose h reads c only one step later.
   */
  let reached: ReadonlySet<string> = new Set();
  for (let t = recording.steps.length - 1; t >= 0; t--) {
    const step = recording.steps[t] as Step;
    const seed = seeds[t];
    if (seed !== undefined) after = plus(after, graph.output, seed);
    if (seed !== undefined) reached = new Set([...reached, graph.output]);

    if (step.masked) {
      // It carried its states, so it carries their adjoints; what it computed was thrown away.
      steps[t] = {
        nodes: graph.nodes.map(({ op, shape }) => (op === 'parameter' ? undefined : zeros(shape))),
        before: after,
        after,
      };
      inputs[t] = zeros(['input']);
      continue;
    }

    const key = [...reached].sort().join(' ');
    const backward = gradients.get(key) ?? gradient(graph, reached);
    gradients.set(key, backward);
    const value = stepBack(backward, step, after, recording);
    for (const [name, id] of backward.parameters) accumulate(parameters.get(name), value(id));
    const before = new Map([...backward.states].map(([name, id]) => [name, value(id)]));
    steps[t] = {
      nodes: graph.nodes.map(({ op }, id) =>
        op === 'parameter' ? undefined : value(backward.adjoints[id] as NodeId),
      ),
      before,
      after,
    };
    inputs[t] = value(backward.input);
    after = before;
    reached = new Set(
      [...backward.states].filter(([, id]) => backward.nodes[id]?.op !== 'zero').map(([name]) => name),
    );
  }
  return { recording, parameters, inputs, initial: after, steps };
}

/**
 * A value's adjoint by its name, as `named` gives the value itself: a statement (`f`, `c'`), a state before the
 * step (`c`) or `x`. `c'` in a masked step is the carried state's.
 *
 * @param step 0-based
 * @throws Error for a step outside the recording, an unknown name, and a parameter (see `parameters`)
 */
export function adjointNamed(
  { recording, steps, inputs }: ThroughTime,
  step: number,
  name: string,
): Float64Array {
  const { graph, steps: recorded } = recording;
  const found = steps[step];
  if (found === undefined)
    throw new Error(`there is no step ${step}: the recording has ${steps.length} steps, counted from 0.`);
  const state = name === 'x' ? inputs[step] : found.before.get(name);
  if (state !== undefined) return state;
  const carried =
    recorded[step]?.masked && name.endsWith("'") ? found.after.get(name.slice(0, -1)) : undefined;
  const adjoint = carried ?? found.nodes[nodeNamed(graph, name)];
  if (adjoint === undefined)
    throw new Error(`${name} is a parameter: its gradient is a sum over all steps, in \`parameters\`.`);
  return adjoint;
}

type Adjoints = ReadonlyMap<string, Float64Array>;

function checkSeeds({ steps, sizes }: Recording, seeds: readonly (ArrayLike<number> | undefined)[]): void {
  if (seeds.length !== steps.length)
    throw new Error(
      `there are ${seeds.length} seeds for ${steps.length} steps: give one a step, undefined where the loss reads nothing.`,
    );
  for (const [t, seed] of seeds.entries())
    if (seed !== undefined && seed.length !== sizes.units)
      throw new Error(
        `the seed of step ${t} has ${seed.length} numbers, expected one for each of ${sizes.units} units.`,
      );
}

/** Runs the backward nodes of one step; gives the value of any node by its id. */
function stepBack(
  { graph, nodes }: GradientGraph,
  step: Step,
  after: Adjoints,
  { sizes, rounded }: Recording,
): (id: NodeId) => Float64Array {
  const values = [...step.values];
  for (const node of nodes.slice(graph.nodes.length)) {
    switch (node.op) {
      case 'seed':
        values.push(after.get(node.name) as Float64Array);
        break;
      case 'input':
      case 'state':
      case 'parameter':
        throw new Error(`a backward node is ${node.op}: what is given stands among the forward nodes`);
      default:
        values.push(rounded(evaluate(node, values, sizes)));
    }
  }
  return (id) => values[id] as Float64Array;
}

/** The adjoints with something added to one of them; the others are shared, none is changed. */
function plus(adjoints: Adjoints, name: string, addend: ArrayLike<number>): Adjoints {
  return new Map(
    [...adjoints].map(([key, adjoint]) => [
      key,
      key === name ? adjoint.map((value, k) => value + (addend[k] as number)) : adjoint,
    ]),
  );
}

function accumulate(total: Float64Array | undefined, addend: Float64Array): void {
  if (total === undefined) throw new Error('a parameter of the gradient graph is missing from the graph');
  for (let k = 0; k < total.length; k++) total[k] = (total[k] as number) + (addend[k] as number);
}
