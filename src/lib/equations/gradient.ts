import {
  type GradientOperation,
  type Graph,
  type Node,
  type NodeId,
  type Operation,
  type Shape,
  type Span,
  statementName,
} from './graph.ts';
import { operands } from './operations.ts';

/** A node of a gradient graph: a forward node as it was, or one that computes an adjoint. */
export type GradientNode = Node | (GradientOperation & { readonly shape: Shape; readonly span: Span });

/**
 * One step of a cell, forward and backward, as one graph. An *adjoint* is dL/d(value), in the shape of the value.
 * The output is a state, so what the loss says about it is added to that state's seed: a step needs no other.
 */
export interface GradientGraph {
  readonly graph: Graph;
  /** The forward nodes, unchanged and under the same ids, then the backward ones, in topological order. */
  readonly nodes: readonly GradientNode[];
  /** By forward NodeId: the node that holds its adjoint. The named views below are drawn from this. */
  readonly adjoints: readonly NodeId[];
  /**
   * By seeded state: the node that receives dL/d(its next value) from later steps and, at the output, from the loss.
   * Nothing arrives at the other states.
   */
  readonly seeds: ReadonlyMap<string, NodeId>;
  /** By state: the adjoint of its value before the step, [units]. */
  readonly states: ReadonlyMap<string, NodeId>;
  /** The adjoint of x, [input]. */
  readonly input: NodeId;
  /** By parameter: what this one step adds to its gradient. */
  readonly parameters: ReadonlyMap<string, NodeId>;
  /** By `f`, `c'`: the adjoint of a statement's value, through this step's later lines and the seeds. */
  readonly statements: ReadonlyMap<string, NodeId>;
}

/** Appends backward nodes; shapes follow from the operands, a number filling a vector. */
class Tape {
  readonly nodes: GradientNode[];
  /** Constants that several rules read, each emitted once. */
  readonly #numbers = new Map<number, NodeId>();

  constructor(forward: readonly Node[]) {
    this.nodes = [...forward];
  }

  emit(operation: Operation | GradientOperation, shape: Shape): NodeId {
    return this.nodes.push({ ...operation, shape, span: { start: 0, end: 0 } }) - 1;
  }

  shape(id: NodeId): Shape {
    return this.#node(id).shape;
  }

  number(value: number): NodeId {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const id = this.emit({ op: 'number', value }, []);
    this.#numbers.set(value, id);
    return id;
  }

  each(op: 'neg' | 'sigmoid' | 'positive' | 'sign', a: NodeId): NodeId {
    return this.emit({ op, a }, this.shape(a));
  }

  pair(op: 'add' | 'sub' | 'mul' | 'div' | 'atLeast' | 'atMost', a: NodeId, b: NodeId): NodeId {
    return this.emit({ op, a, b }, this.shape(a).length > 0 ? this.shape(a) : this.shape(b));
  }

  /** The adjoint in the shape of the value it belongs to: where a number filled a vector, the sum. */
  fit(adjoint: NodeId, shape: Shape): NodeId {
    return shape.length === 0 && this.shape(adjoint).length > 0
      ? this.emit({ op: 'sum', a: adjoint }, [])
      : adjoint;
  }

  #node(id: NodeId): GradientNode {
    const node = this.nodes[id];
    if (node === undefined) throw new Error(`there is no node ${id}: the graph is out of order`);
    return node;
  }
}

/** What a rule may read: the node's value y and its adjoint dy, both already on the tape. */
interface Place {
  readonly y: NodeId;
  readonly dy: NodeId;
  readonly tape: Tape;
}

/** For each operand that a loss can reach: the operand, and what this node adds to its adjoint. */
type Contributions = readonly (readonly [operand: NodeId, adjoint: NodeId])[];
type Rule<Operands> = (node: Operands, place: Place) => Contributions;

/** Of a function of one argument: the derivative from the argument and the value. */
function scaled(derivative: (a: NodeId, y: NodeId, tape: Tape) => NodeId): Rule<{ readonly a: NodeId }> {
  return ({ a }, { y, dy, tape }) => [[a, tape.pair('mul', dy, derivative(a, y, tape))]];
}

/** Of max and min: all to the argument that was taken, at a tie to the first. */
function chosen(first: 'atLeast' | 'atMost'): Rule<{ readonly a: NodeId; readonly b: NodeId }> {
  return ({ a, b }, { dy, tape }) => {
    const taken = tape.pair(first, a, b);
    const other = tape.pair('sub', tape.number(1), taken);
    return [
      [a, tape.pair('mul', dy, taken)],
      [b, tape.pair('mul', dy, other)],
    ];
  };
}

const given: Rule<unknown> = () => [];

/** THE table of derivatives: how each operation passes its adjoint on to its operands. */
const RULES: { readonly [Name in Operation['op']]: Rule<Operation & { readonly op: Name }> } = {
  input: given,
  state: given,
  parameter: given,
  number: given,
  copy: ({ a }, { dy }) => [[a, dy]],
  neg: ({ a }, { dy, tape }) => [[a, tape.each('neg', dy)]],
  add: ({ a, b }, { dy }) => [
    [a, dy],
    [b, dy],
  ],
  sub: ({ a, b }, { dy, tape }) => [
    [a, dy],
    [b, tape.each('neg', dy)],
  ],
  mul: ({ a, b }, { dy, tape }) => [
    [a, tape.pair('mul', dy, b)],
    [b, tape.pair('mul', dy, a)],
  ],
  // y = a / b: dy/da = 1 / b, dy/db = -y / b
  div: ({ a, b }, { y, dy, tape }) => {
    const overB = tape.pair('div', dy, b);
    return [
      [a, overB],
      [b, tape.each('neg', tape.pair('mul', overB, y))],
    ];
  },
  // y (1 - y)
  sigmoid: scaled((_a, y, tape) => tape.pair('mul', y, tape.pair('sub', tape.number(1), y))),
  // 1 - y²
  tanh: scaled((_a, y, tape) => tape.pair('sub', tape.number(1), tape.pair('mul', y, y))),
  relu: scaled((a, _y, tape) => tape.each('positive', a)),
  softplus: scaled((a, _y, tape) => tape.each('sigmoid', a)),
  exp: scaled((_a, y) => y),
  log: ({ a }, { dy, tape }) => [[a, tape.pair('div', dy, a)]],
  // 1 / (2 y)
  sqrt: ({ a }, { y, dy, tape }) => [[a, tape.pair('div', dy, tape.pair('mul', tape.number(2), y))]],
  abs: scaled((a, _y, tape) => tape.each('sign', a)),
  max: chosen('atLeast'),
  min: chosen('atMost'),
  // y = M v: dL/dM = dy vᵀ, dL/dv = Mᵀ dy
  matmul: ({ matrix, vector }, { dy, tape }) => [
    [matrix, tape.emit({ op: 'outer', a: dy, b: vector }, tape.shape(matrix))],
    [vector, tape.emit({ op: 'matmulTransposed', matrix, vector: dy }, tape.shape(vector))],
  ],
};

/**
 * Reverse mode, graph to graph: the forward nodes and after them, once through in reverse, the adjoint of each.
 * At a kink: relu'(0) = abs'(0) = 0, and at a tie max and min give all to the first argument.
 * Where a slope is infinite, as sqrt's and log's at 0, the adjoint is too, or NaN where nothing arrives (0 times
 * infinity); PyTorch and tfjs say the same. Write sqrt(a + 1e-6) where a may be 0.
 * What reaches no seed has an adjoint of zeros, by structure: multiplying with zero would make NaN where a line that
 * doesn't matter has overflowed. The result is at most a constant times larger than the graph.
 *
 * @param seeded the states at whose next value an adjoint may arrive: by default those that can reach the output
 */
export function gradient(
  graph: Graph,
  seeded: ReadonlySet<string> = statesReachingOutput(graph),
): GradientGraph {
  const tape = new Tape(graph.nodes);
  /** The sum of the contributions met so far, by forward NodeId. */
  const sums = new Map<NodeId, NodeId>();
  const contribute = (id: NodeId, adjoint: NodeId): void => {
    const fitting = tape.fit(adjoint, tape.shape(id));
    const sum = sums.get(id);
    sums.set(id, sum === undefined ? fitting : tape.pair('add', sum, fitting));
  };

  const seeds = new Map<string, NodeId>();
  for (const { name, after } of graph.states) {
    if (!seeded.has(name)) continue;
    const seed = tape.emit({ op: 'seed', name }, ['units']);
    seeds.set(name, seed);
    contribute(after, seed);
  }

  const adjoints: NodeId[] = [];
  for (const [y, node] of [...graph.nodes.entries()].reverse()) {
    const dy = sums.get(y);
    if (dy === undefined) {
      adjoints[y] = tape.emit({ op: 'zero' }, node.shape);
      continue;
    }
    adjoints[y] = dy;
    // The table's type ties each name to its own operands; TypeScript cannot follow that tie through a lookup.
    const rule = RULES[node.op] as Rule<Operation>;
    for (const [operand, adjoint] of rule(node, { y, dy, tape })) contribute(operand, adjoint);
  }

  /** The adjoint of a node, or zeros for a value that no line reads. */
  const adjointOf = (id: NodeId | undefined, shape: Shape): NodeId =>
    (id === undefined ? undefined : adjoints[id]) ?? tape.emit({ op: 'zero' }, shape);

  return {
    graph,
    adjoints,
    seeds,
    states: new Map(graph.states.map(({ name, before }) => [name, adjointOf(before, ['units'])])),
    input: adjointOf(graph.input, ['input']),
    parameters: new Map(graph.parameters.map(({ name, node, shape }) => [name, adjointOf(node, shape)])),
    statements: new Map(
      graph.statements.map((statement) => [statementName(statement), adjointOf(statement.node, [])]),
    ),
    nodes: tape.nodes,
  };
}

/** The states whose value can change the output, in this step or, through other states, in a later one. */
function statesReachingOutput({ nodes, states, output }: Graph): ReadonlySet<string> {
  const after = new Map(states.map((state) => [state.name, state.after]));
  const reaching = new Set<string>();
  const seen = new Set<NodeId>();
  const waiting: NodeId[] = [];
  const reach = (name: string): void => {
    const node = after.get(name);
    if (node === undefined || reaching.has(name)) return;
    reaching.add(name);
    waiting.push(node);
  };
  reach(output);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = nodes[id];
    if (node === undefined || seen.has(id)) continue;
    seen.add(id);
    if (node.op === 'state') reach(node.name);
    waiting.push(...operands(node));
  }
  return reaching;
}
