import type { Graph, Node, NodeId, Size } from '../../equations/graph.ts';
import { momentsOf } from './moments.ts';
import { relocated, withNodes } from './relocation.ts';

/** How a keep-vector is called among a graph's parameters; no name of a text has a space. */
const NAMES: Readonly<Record<Size, string>> = { input: 'keep input', units: 'keep units' };

/** The size that a keep-vector is of; undefined for the name of a trained parameter. */
export function keepNamed(name: string): Size | undefined {
  return (['input', 'units'] as const).find((size) => NAMES[size] === name);
}

/**
 * The same cell with recurrent dropout: what a product inside the loop reads is multiplied by a keep-vector first. That
 * stands in the graph as a parameter would, so that the gradient flows through it; `Graph.parameters` lacks it.
 */
export function withKeeps(graph: Graph): Graph {
  const moments = momentsOf(graph);
  const nodes: Node[] = [];
  const moved: NodeId[] = [];
  const at = (id: NodeId): NodeId => {
    const place = moved[id];
    if (place === undefined) throw new Error(`node ${id} is read before it is computed`);
    return place;
  };
  const keeps = new Map<Size, NodeId>();
  const keepOf = (size: Size, { span }: Node): NodeId => {
    const known = keeps.get(size);
    if (known !== undefined) return known;
    const id = nodes.push({ op: 'parameter', name: NAMES[size], shape: [size], span }) - 1;
    keeps.set(size, id);
    return id;
  };
  const thinned = new Map<NodeId, NodeId>();
  const throughKeep = (vector: NodeId, reader: Node): NodeId => {
    const known = thinned.get(vector);
    if (known !== undefined) return known;
    const [size] = graph.nodes[vector]?.shape ?? [];
    // A vector's shape has one size; `parse` lets no number stand behind a matrix.
    if (size === undefined) return at(vector);
    const keep = keepOf(size, reader);
    const id = nodes.push({ op: 'mul', a: at(vector), b: keep, shape: [size], span: reader.span }) - 1;
    thinned.set(vector, id);
    return id;
  };
  for (const [id, node] of graph.nodes.entries())
    moved[id] =
      node.op === 'matmul' && moments[node.vector] === 'step'
        ? nodes.push({ ...node, matrix: at(node.matrix), vector: throughKeep(node.vector, node) }) - 1
        : nodes.push(relocated(node, at)) - 1;
  return withNodes(graph, nodes, at);
}
