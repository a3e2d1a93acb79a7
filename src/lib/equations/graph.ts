/**
 * The typed graph that every meaning reads: typeset equations, numbers, gradients, kernels.
 *
 * A graph's nodes are in topological order: a node's operands stand before it. Each operator written in the
 * text is a node of its own (nothing is merged), and a name used twice is one node with two readers, so a
 * graph is never larger than its text and every meaning can be one loop over `nodes`.
 */

/** A size is a symbol, never a number: `x + h` is an error even where both happen to be 32. */
export type Size = 'input' | 'units';

/** `[]` a number, `[rows]` a vector, `[rows, columns]` a matrix. */
export type Shape = readonly [] | readonly [Size] | readonly [Size, Size];

/** Index into `Graph.nodes`. */
export type NodeId = number;

/** Functions of one argument that the language offers. */
export const UNARY_FUNCTIONS = ['sigmoid', 'tanh', 'relu', 'softplus', 'exp', 'log', 'sqrt', 'abs'] as const;
/** Functions of two arguments. */
export const BINARY_FUNCTIONS = ['max', 'min'] as const;

export type UnaryFunction = (typeof UNARY_FUNCTIONS)[number];
export type BinaryFunction = (typeof BINARY_FUNCTIONS)[number];

/** Operators written between two operands, element by element. */
export type BinaryOperator = 'add' | 'sub' | 'mul' | 'div';

/** What a node computes. `a`, `b`, `matrix` and `vector` are operands that stand earlier. */
export type Operation =
  /** The step's input, x. */
  | { readonly op: 'input' }
  /** A state's value before the step. */
  | { readonly op: 'state'; readonly name: string }
  /** A trained matrix or vector. */
  | { readonly op: 'parameter'; readonly name: string }
  | { readonly op: 'number'; readonly value: number }
  /** A second name for a value (`a = x`); its own node, because its gradient is its own. */
  | { readonly op: 'copy'; readonly a: NodeId }
  | { readonly op: 'neg' | UnaryFunction; readonly a: NodeId }
  | { readonly op: BinaryOperator | BinaryFunction; readonly a: NodeId; readonly b: NodeId }
  /** matrix [r, c] times vector [c]: [r]. */
  | { readonly op: 'matmul'; readonly matrix: NodeId; readonly vector: NodeId };

/** Operations that only the gradient needs; `gradient.ts` emits them, every evaluator carries them. */
export type GradientOperation =
  /** The adjoint that arrives from outside the step: at a state's next value, or at the output. */
  | { readonly op: 'seed'; readonly name: string }
  /** matrixᵀ times vector: [c]. */
  | { readonly op: 'matmulTransposed'; readonly matrix: NodeId; readonly vector: NodeId }
  /** a [r] times bᵀ [c]: [r, c]; a weight's gradient at one step. */
  | { readonly op: 'outer'; readonly a: NodeId; readonly b: NodeId }
  /** The sum of a vector's elements, []; the adjoint of filling a vector with a number. */
  | { readonly op: 'sum'; readonly a: NodeId }
  /** 1 where a > 0, else 0: relu's derivative. */
  | { readonly op: 'positive'; readonly a: NodeId }
  /** -1, 0 or 1: the derivative of abs. */
  | { readonly op: 'sign'; readonly a: NodeId }
  /** 1 where a >= b, else 0: max gives a tie's gradient to its first argument; 1 where a <= b for min. */
  | { readonly op: 'atLeast' | 'atMost'; readonly a: NodeId; readonly b: NodeId }
  /** Zeros of the node's own shape: the adjoint of what reaches no loss. */
  | { readonly op: 'zero' };

/** A range of the source text, in UTF-16 units from its start. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A node as it stands in the graph: what it computes, the shape of its value, where it is written. */
export type Node = Operation & {
  readonly shape: Shape;
  /** The operator, call or name; empty for what no text wrote. */
  readonly span: Span;
};

/** One line: `name = expression`, or `name' = expression` when `primed`. `node` holds its value. */
export interface Statement {
  readonly name: string;
  readonly primed: boolean;
  readonly node: NodeId;
  /** The comment that follows it on its line, trimmed, without `#`; empty without one. */
  readonly comment: string;
  /** 1-based line of the source. */
  readonly line: number;
}

export interface State {
  readonly name: string;
  /** The node that reads its value before the step; absent where no line reads it. */
  readonly before: NodeId | undefined;
  /** The node that holds its value after the step. */
  readonly after: NodeId;
}

/** A trained parameter, in order of first appearance. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly [Size] | readonly [Size, Size];
  readonly node: NodeId;
}

export interface Graph {
  readonly source: string;
  readonly nodes: readonly Node[];
  readonly statements: readonly Statement[];
  readonly states: readonly State[];
  readonly parameters: readonly Parameter[];
  /** The state that the cell gives out: `h` where there is one, else the state defined last. */
  readonly output: string;
  /** The node of x; absent where no line reads it. */
  readonly input: NodeId | undefined;
  /** What reads well but may be a slip, such as a parameter one edit from a defined name. */
  readonly warnings: readonly Problem[];
}

/** Numbers for the symbols `input` and `units`. */
export interface Sizes {
  readonly input: number;
  readonly units: number;
}

/** A finding in a text: where it stands, what was met, what was expected, and how to mend it. */
export interface Problem {
  /** A stable identifier, such as `unknown-function`; the language's reference page lists them. */
  readonly code: string;
  /** 1-based; a tab counts 1; UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly span: Span;
  readonly met: string;
  readonly expected: string;
  /** What to do, in words. */
  readonly mend: string;
  /** The mend as an edit of the source, where one press can make it. */
  readonly edit: { readonly span: Span; readonly text: string } | undefined;
}

/** How a statement is called: `f`, `c'`. */
export function statementName({ name, primed }: Pick<Statement, 'name' | 'primed'>): string {
  return primed ? `${name}'` : name;
}

/** The number of elements that a shape has at these sizes: `[units, input]` at 16 and 8 is 128. */
export function elements(shape: Shape, sizes: Sizes): number {
  return shape.reduce((product, size) => product * sizes[size], 1);
}

/** How many numbers a cell trains at these sizes. */
export function countParameters(graph: Graph, sizes: Sizes): number {
  return graph.parameters.reduce((sum, { shape }) => sum + elements(shape, sizes), 0);
}
