import type { Graph, Node, NodeId } from '../../equations/graph.ts';

/** A node that reads its operands where they have moved to. */
export function relocated(node: Node, at: (id: NodeId) => NodeId): Node {
  if ('b' in node) return { ...node, a: at(node.a), b: at(node.b) };
  if ('a' in node) return { ...node, a: at(node.a) };
  if ('matrix' in node) return { ...node, matrix: at(node.matrix), vector: at(node.vector) };
  return node;
}

/** A graph over other nodes, its names pointing to where their values have moved. */
export function withNodes(graph: Graph, nodes: readonly Node[], at: (id: NodeId) => NodeId): Graph {
  return {
    ...graph,
    nodes,
    statements: graph.statements.map((statement) => ({ ...statement, node: at(statement.node) })),
    states: graph.states.map(({ name, before, after }) => ({
      name,
      before: before === undefined ? undefined : at(before),
      after: at(after),
    })),
    parameters: graph.parameters.map((parameter) => ({ ...parameter, node: at(parameter.node) })),
    input: graph.input === undefined ? undefined : at(graph.input),
  };
}
