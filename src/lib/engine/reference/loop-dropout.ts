import type { Graph, Node, NodeId, Parameter } from '../../equations/graph.ts';
import { operands } from '../../equations/operations.ts';
import { relocated, withNodes } from '../plan/relocation.ts';

/** What a dropped-out cell multiplies by, as a parameter. Its name holds a space: no text can have written it. */
export const KEEP = { units: 'keep units', input: 'keep input' } as const;

/**
 * The same cell with recurrent dropout: whatever a matrix product inside the loop reads is first multiplied by `KEEP`,
 * a vector of the same size. Inside the loop is what waits for a state.
 */
export function withLoopDropout(graph: Graph): Graph {
  const nodes: Node[] = [];
  const added: Parameter[] = [];
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
    if (!keeps.has(size)) added.push({ name: KEEP[size], shape: [size], node: keep });
    keeps.set(size, keep);
    const copy = nodes.push({ op: 'mul', a: at(vector), b: keep, shape, span }) - 1;
    dropped.set(vector, copy);
    return copy;
  };
  const at = (id: NodeId): NodeId => moved[id] as NodeId;

  for (const [id, node] of graph.nodes.entries()) {
    if (node.op === 'state' || operands(node).some((operand) => inLoop.has(operand))) inLoop.add(id);
    const vector = node.op === 'matmul' && inLoop.has(node.vector) ? drop(node.vector, node) : undefined;
    const there = relocated(node, at);
    moved[id] = nodes.push(vector === undefined ? there : ({ ...there, vector } as Node)) - 1;
  }
  const dropping = withNodes(graph, nodes, at);
  return { ...dropping, parameters: [...dropping.parameters, ...added] };
}
