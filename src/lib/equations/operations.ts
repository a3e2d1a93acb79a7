import {
  elements,
  type GradientOperation,
  type NodeId,
  type Operation,
  type Shape,
  type Sizes,
} from './graph.ts';

type AnyOperation = Operation | GradientOperation;

/** An operation whose value follows from values that stand earlier; the others are given from outside the step. */
export type ComputedOperation = Exclude<
  AnyOperation,
  { readonly op: 'input' | 'state' | 'parameter' | 'seed' }
>;

/** The nodes that an operation reads. */
export function operands(node: AnyOperation): readonly NodeId[] {
  if ('matrix' in node) return [node.matrix, node.vector];
  if ('b' in node) return [node.a, node.b];
  return 'a' in node ? [node.a] : [];
}

interface Context {
  /** Values so far, by NodeId; a number has one element, a matrix is row-major. */
  readonly values: readonly Float64Array[];
  /** How many elements the node's own value has. */
  readonly length: number;
}

type Evaluate<Operands> = (node: Operands, context: Context) => Float64Array;

/** The value of an operand. A graph is in topological order, so it is there; asking is cheaper than trusting. */
function operand(values: readonly Float64Array[], id: NodeId): Float64Array {
  const value = values[id];
  if (value === undefined)
    throw new Error(`node ${id} is read before it is computed: the graph is out of order`);
  return value;
}

/** Element by element, of one argument. */
function each(f: (a: number) => number): Evaluate<{ readonly a: NodeId }> {
  return ({ a }, { values }) => operand(values, a).map(f);
}

/** Element by element, of two arguments; a number fills the other's shape. */
function pair(f: (a: number, b: number) => number): Evaluate<{ readonly a: NodeId; readonly b: NodeId }> {
  return (node, { values, length }) => {
    const a = operand(values, node.a);
    const b = operand(values, node.b);
    const strideA = a.length === 1 ? 0 : 1;
    const strideB = b.length === 1 ? 0 : 1;
    const result = new Float64Array(length);
    for (let k = 0; k < length; k++) result[k] = f(a[k * strideA] as number, b[k * strideB] as number);
    return result;
  };
}

/** 1 / (1 + e⁻ᵃ); the exponent is never positive, so that nothing overflows. */
export function sigmoid(a: number): number {
  const e = Math.exp(-Math.abs(a));
  return a >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** log(1 + eᵃ) = max(a, 0) + log(1 + e^-|a|); its derivative is the sigmoid. */
export function softplus(a: number): number {
  return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
}

/**
 * THE table: how each operation is evaluated, in float64. Everything that computes with plain numbers reads it:
 * the stage's forward pass, the gradients, the reference that the kernels are held against.
 */
const OPERATIONS: {
  readonly [Name in ComputedOperation['op']]: Evaluate<ComputedOperation & { readonly op: Name }>;
} = {
  number: ({ value }) => Float64Array.of(value),
  copy: each((a) => a),
  neg: each((a) => -a),
  sigmoid: each(sigmoid),
  tanh: each(Math.tanh),
  relu: each((a) => (a > 0 ? a : Number.isNaN(a) ? a : 0)),
  softplus: each(softplus),
  exp: each(Math.exp),
  log: each(Math.log),
  sqrt: each(Math.sqrt),
  abs: each(Math.abs),
  add: pair((a, b) => a + b),
  sub: pair((a, b) => a - b),
  mul: pair((a, b) => a * b),
  div: pair((a, b) => a / b),
  max: pair(Math.max),
  min: pair(Math.min),
  matmul: (node, { values, length }) => {
    const matrix = operand(values, node.matrix);
    const vector = operand(values, node.vector);
    const columns = matrix.length / length;
    const result = new Float64Array(length);
    for (let row = 0; row < length; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++)
        sum += (matrix[row * columns + column] as number) * (vector[column] as number);
      result[row] = sum;
    }
    return result;
  },

  // From here on: what only gradients need.
  matmulTransposed: (node, { values, length }) => {
    const matrix = operand(values, node.matrix);
    const vector = operand(values, node.vector);
    const result = new Float64Array(length);
    for (let row = 0; row < vector.length; row++) {
      const factor = vector[row] as number;
      for (let column = 0; column < length; column++)
        result[column] = (result[column] as number) + (matrix[row * length + column] as number) * factor;
    }
    return result;
  },
  outer: (node, { values, length }) => {
    const a = operand(values, node.a);
    const b = operand(values, node.b);
    const result = new Float64Array(length);
    for (let row = 0; row < a.length; row++)
      for (let column = 0; column < b.length; column++)
        result[row * b.length + column] = (a[row] as number) * (b[column] as number);
    return result;
  },
  sum: ({ a }, { values }) => Float64Array.of(operand(values, a).reduce((sum, element) => sum + element, 0)),
  positive: each((a) => (a > 0 ? 1 : 0)),
  sign: each(Math.sign),
  atLeast: pair((a, b) => (a >= b ? 1 : 0)),
  atMost: pair((a, b) => (a <= b ? 1 : 0)),
  zero: (_node, { length }) => new Float64Array(length),
};

/**
 * The value of one node from the values before it.
 *
 * @param values by NodeId, at least up to the node's operands; matrices row-major
 * @returns as many elements as the node's shape has at these sizes
 */
export function evaluate(
  node: ComputedOperation & { readonly shape: Shape },
  values: readonly Float64Array[],
  sizes: Sizes,
): Float64Array {
  // The table's type ties each name to its own operands; TypeScript cannot follow that tie through a lookup.
  const operation = OPERATIONS[node.op] as Evaluate<ComputedOperation>;
  return operation(node, { values, length: elements(node.shape, sizes) });
}
