import type { Size, Sizes } from '../../equations/graph.ts';
import type { Values } from '../../equations/numbers.ts';
import { type ComputedOperation, evaluate } from '../../equations/operations.ts';
import type { Moment, Plan, PlanId, PlanNode } from './plan.ts';

/** A batch of sequences for one cell, all of one length. */
export interface Sequences {
  /** [example][step], each [input]. */
  readonly inputs: readonly (readonly Float64Array[])[];
  /** [example][step]: false where a step is padding. */
  readonly mask: readonly (readonly boolean[])[];
  /** [example][step]: what the loss says about the output there, [units]; undefined where it reads nothing. */
  readonly seeds: readonly (readonly (Float64Array | undefined)[])[];
  /** Recurrent dropout: [example], by the size of what it multiplies. */
  readonly keeps?: readonly Readonly<Record<Size, Float64Array>>[];
}

interface Interpreted {
  /** [example][step], [units]. */
  readonly outputs: readonly (readonly Float64Array[])[];
  /** By parameter, summed over the batch; row-major. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
  /** [example][step], [input]; without rows where the plan has no adjoint of x. */
  readonly inputAdjoints: readonly (readonly Float64Array[])[];
}

/** Values of nodes, one entry a row. */
type Rows = Map<PlanId, Float64Array[]>;
/** A row an example, by state. */
type PerState = ReadonlyMap<string, readonly Float64Array[]>;

/**
 * Runs a plan as a kernel does, moment by moment, in plain float64: what a plan means, and the proof that it says all
 * that a kernel needs. Whatever a loop leaves in scratch is gone when its step is over.
 *
 * @param round what becomes of each number when it is stored: `Math.fround` shows what float32 can hold of a cell
 */
export function interpret(
  plan: Plan,
  sizes: Sizes,
  parameters: Values,
  batch: Sequences,
  round: (value: number) => number = (value) => value,
): Interpreted {
  const { nodes, states, kept } = plan;
  const { inputs, mask, seeds, keeps } = batch;
  const examples = inputs.length;
  const steps = inputs[0]?.length ?? 0;
  const rowsOf: Readonly<Record<Moment, number>> = {
    ...{ weights: 1, inputs: steps * examples, step: examples },
    ...{ back: examples, after: steps * examples, total: 1 },
  };
  const zeros = () => Array.from({ length: examples }, () => new Float64Array(sizes.units));
  const counts = (t: number, row: number) => mask[row]?.[t] !== false;
  const matrix = (name: string) => Float64Array.from(parameters.get(name) ?? []);

  /** What is there until the batch is done, rows of all steps one under the other, or one row. */
  const stored: Rows = new Map();
  /** What is there until the step is done. */
  let scratch: Rows = new Map();
  for (const [id, node] of nodes.entries()) {
    if (node.op === 'parameter') stored.set(id, [Float64Array.from(parameters.get(node.name) ?? [])]);
    if (node.op === 'number') stored.set(id, [Float64Array.of(node.value)]);
    if (node.op === 'input')
      stored.set(
        id,
        Array.from({ length: steps * examples }, (_, row) =>
          at(at(inputs, row % examples), Math.floor(row / examples)),
        ),
      );
  }

  /** One row of a value as it is read at a moment, in its loop at step t. */
  const value = (id: PlanId, moment: Moment, t: number, row: number): Float64Array => {
    const now = scratch.get(id);
    if (now !== undefined) return at(now, row);
    const whole = moment === 'step' || moment === 'back' ? t * examples + row : row;
    const found = stored.get(id);
    if (found !== undefined) return at(found, found.length === 1 ? 0 : whole);
    // A state's next value is what the next step has before it.
    const state = states.find(
      ({ after, before }) => after === id && before !== undefined && kept.has(before),
    );
    const next = state === undefined ? undefined : stored.get(state.before ?? -1);
    if (next === undefined) throw new Error(`node ${id} is read at ${moment}, but was not kept`);
    return whole + examples < next.length
      ? at(next, whole + examples)
      : at(last.get(state?.name ?? '') ?? [], row % examples);
  };

  const compute = (moment: Moment, t: number, into: Rows): void => {
    const run = (id: PlanId): void => {
      const node = at(nodes, id);
      into.set(
        id,
        Array.from({ length: rowsOf[moment] }, (_, row) => {
          const step = moment === 'after' ? Math.floor(row / examples) : t;
          const read = (operand: PlanId) => value(operand, moment, t, row);
          if (node.op === 'guard')
            return counts(step, row % examples) ? read(node.a) : read(node.a).map(() => 0);
          if (node.op === 'reduce') {
            const all = stored.get(node.a) ?? [];
            return all.reduce((sum, each) => sum.map((element, k) => round(element + at(each, k))));
          }
          return one(node, read, matrix, sizes, round).map(round);
        }),
      );
      if (into !== scratch) return;
      if (kept.has(id)) keep(id, t);
    };
    for (const { products, values } of plan.stages[moment])
      for (const id of [...products, ...values]) run(id);
  };
  const keep = (id: PlanId, t: number): void => {
    const rows = stored.get(id) ?? [];
    for (const [row, numbers] of (scratch.get(id) ?? []).entries()) rows[t * examples + row] = numbers;
    stored.set(id, rows);
  };
  const begin = (): void => {
    scratch = new Map();
    for (const [id, node] of nodes.entries())
      if (node.op === 'keep')
        scratch.set(
          id,
          (keeps ?? []).map((keep) => keep[node.of]),
        );
  };
  const give = (id: PlanId | undefined, rows: readonly Float64Array[], t: number): void => {
    if (id === undefined) return;
    scratch.set(id, [...rows]);
    if (kept.has(id)) keep(id, t);
  };

  compute('weights', 0, stored);
  compute('inputs', 0, stored);

  let last: PerState = new Map(states.map(({ name }) => [name, zeros()]));
  const outputs: Float64Array[][] = inputs.map(() => []);
  for (let t = 0; t < steps; t++) {
    begin();
    for (const { name, before } of states) give(before, last.get(name) ?? [], t);
    compute('step', t, scratch);
    const before = last;
    last = new Map(
      states.map(({ name, after }) => [
        name,
        (before.get(name) ?? []).map((carried, row) =>
          counts(t, row) ? filled(value(after, 'step', t, row), sizes.units) : carried,
        ),
      ]),
    );
    for (const [row, numbers] of (last.get(plan.output) ?? []).entries()) outputs[row]?.push(numbers);
  }

  let carried: PerState = new Map(states.map(({ name }) => [name, zeros()]));
  for (let t = steps - 1; t >= 0; t--) {
    begin();
    const arriving = new Map(
      states.map(({ name }) => [
        name,
        (carried.get(name) ?? []).map((adjoint, row) => {
          const seed = name === plan.output ? seeds[row]?.[t] : undefined;
          return seed === undefined ? adjoint : adjoint.map((element, k) => round(element + at(seed, k)));
        }),
      ]),
    );
    for (const { name, seed } of states)
      give(
        seed,
        (arriving.get(name) ?? []).map((adjoint, row) => (counts(t, row) ? adjoint : adjoint.map(() => 0))),
        t,
      );
    compute('back', t, scratch);
    carried = new Map(
      states.map(({ name, adjoint }) => [
        name,
        (arriving.get(name) ?? []).map((whole, row) => {
          if (!counts(t, row)) return whole;
          return adjoint === undefined ? whole.map(() => 0) : value(adjoint, 'back', t, row);
        }),
      ]),
    );
  }

  scratch = new Map();
  compute('after', 0, stored);
  compute('total', 0, stored);

  const gradients = new Map<string, Float64Array>();
  for (const [name, id] of plan.vectorGradients) gradients.set(name, value(id, 'total', 0, 0));
  for (const { vector, adjoints, moment } of plan.outers)
    for (const { matrix, adjoint } of adjoints) {
      const columns = sizes[at(nodes, vector).size ?? 'units'];
      const sum =
        gradients.get(matrix) ?? new Float64Array(sizes[at(nodes, adjoint).size ?? 'units'] * columns);
      gradients.set(matrix, sum);
      for (let row = 0; row < rowsOf[moment]; row++) {
        const v = value(vector, moment, 0, row);
        for (const [r, a] of value(adjoint, moment, 0, row).entries())
          for (let k = 0; k < columns; k++)
            sum[r * columns + k] = round(at(sum, r * columns + k) + a * at(v, k));
      }
    }
  const { inputAdjoint } = plan;
  return {
    outputs,
    gradients,
    inputAdjoints: inputs.map((_, row) =>
      inputAdjoint === undefined
        ? []
        : Array.from({ length: steps }, (_, t) => value(inputAdjoint, 'after', 0, t * examples + row)),
    ),
  };
}

/** One row of a node from rows of what it reads. */
function one(
  node: PlanNode,
  read: (id: PlanId) => Float64Array,
  matrix: (name: string) => Float64Array,
  sizes: Sizes,
  round: (value: number) => number,
): Float64Array {
  const size = node.size ?? 'units';
  const shape = node.size === undefined ? ([] as const) : ([node.size] as const);
  switch (node.op) {
    case 'product': {
      const weights = matrix(node.matrix);
      const vector = read(node.vector);
      const from = node.start === undefined ? new Float64Array(sizes[size]) : read(node.start);
      return from.map((start, row) =>
        vector.reduce(
          (sum, element, column) => round(sum + at(weights, row * vector.length + column) * element),
          start,
        ),
      );
    }
    case 'productBack': {
      const from = node.start === undefined ? new Float64Array(sizes[size]) : read(node.start);
      return node.terms.reduce((total, { matrix: name, adjoint }) => {
        const weights = matrix(name);
        return total.map((start, column) =>
          read(adjoint).reduce(
            (sum, element, row) => round(sum + at(weights, row * total.length + column) * element),
            start,
          ),
        );
      }, from);
    }
    case 'sigmoidBack': {
      const y = read(node.b);
      return read(node.a).map((dy, k) => dy * (at(y, k) * (1 - at(y, k))));
    }
    case 'tanhBack': {
      const y = read(node.b);
      return read(node.a).map((dy, k) => dy * (1 - at(y, k) * at(y, k)));
    }
    default: {
      const operands = 'b' in node ? [read(node.a), read(node.b)] : 'a' in node ? [read(node.a)] : [];
      const operation = 'b' in node ? { op: node.op, a: 0, b: 1 } : { op: node.op, a: 0 };
      return evaluate(
        { ...operation, shape } as ComputedOperation & Pick<{ shape: typeof shape }, 'shape'>,
        operands,
        sizes,
      );
    }
  }
}

/** A state's next value: a number fills it. */
function filled(value: Float64Array, units: number): Float64Array {
  return value.length === units ? value : new Float64Array(units).fill(at(value, 0));
}

function at<Element>(list: ArrayLike<Element>, place: number): Element {
  const element = list[place];
  if (element === undefined) throw new Error(`there is no place ${place} among ${list.length}`);
  return element;
}
