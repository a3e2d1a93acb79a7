import type { Graph, Node, NodeId } from '../../equations/graph.ts';
import { operands } from '../../equations/operations.ts';

/** What a dropped-out cell multiplies by, as a parameter. Its name holds a space: no text can have written it. */
export const KEEP = { units: 'keep units', input: 'keep input' } as const;

/**
 * The same cell with recurrent dropout: whatever a matrix product inside the loop reads is first multiplied by `KEEP`,
 * a vector of the same size. Inside the loop is what waits for a state.
 */
export function withLoopDropout(graph: Graph): Graph {
  const nodes: Node[] = [];
  const parameters = [...graph.parameters];
  const moved: NodeId[] = [];
  const inLoop = new Set<NodeId>();
  const keeps = new Map<string, NodeId>();
  const dropped = new Map<NodeId, NodeId>();

  /** A vector's dropped-out copy; one for all its readers. */
  const drop = (vector: NodeId, { span }: Node): NodeId => {
    const known = dropped.get(vector);
    if (known !== undefined) return known;
    const { shape } = graph.nodes[vector] as Node;
    const [size] = shape;
    if (size === undefined || shape.length !== 1)
      throw new Error('a matrix product reads what is no vector: the graph is malformed');
    const keep =
      keeps.get(size) ?? nodes.push({ op: 'parameter', name: KEEP[size], shape: [size], span }) - 1;
    if (!keeps.has(size)) parameters.push({ name: KEEP[size], shape: [size], node: keep });
    keeps.set(size, keep);
    const copy = nodes.push({ op: 'mul', a: at(vector), b: keep, shape, span }) - 1;
    dropped.set(vector, copy);
    return copy;
  };
  const at = (id: NodeId): NodeId => moved[id] as NodeId;

  for (const [id, node] of graph.nodes.entries()) {
    if (node.op === 'state' || operands(node).some((operand) => inLoop.has(operand))) inLoop.add(id);
    const vector = node.op === 'matmul' && inLoop.has(node.vector) ? drop(node.vector, node) : undefined;
    const there = moveOperands(node, at);
    moved[id] = nodes.push(vector === undefined ? there : ({ ...there, vector } as Node)) - 1;
  }
  return {
    ...graph,
    nodes,
    statements: graph.statements.map((statement) => ({ ...statement, node: at(statement.node) })),
    states: graph.states.map(({ name, before, after }) => ({
      name,
      before: before === undefined ? undefined : at(before),
      after: at(after),
    })),
    parameters: parameters.map((parameter, k) =>
      k < graph.parameters.length ? { ...parameter, node: at(parameter.node) } : parameter,
    ),
    input: graph.input === undefined ? undefined : at(graph.input),
  };
}

function moveOperands(node: Node, at: (id: NodeId) => NodeId): Node {
  if ('b' in node) return { ...node, a: at(node.a), b: at(node.b) };
  if ('a' in node) return { ...node, a: at(node.a) };
  if ('matrix' in node) return { ...node, matrix: at(node.matrix), vector: at(node.vector) };
  return node;
}
