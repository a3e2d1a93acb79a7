import type { Graph, NodeId } from '../equations/graph.ts';

/**
 * When a node's value can be known: once the weights are (`weights`), once the whole sequence is (`inputs`), or only
 * as the loop reaches its step, because it waits for a state (`step`). What needs no state leaves the loop: that is
 * how Wf x, Wi x, ... of all steps become one product.
 */
export type Moment = 'weights' | 'inputs' | 'step';

/** The nodes that a node reads. */
export function operands(graph: Graph, id: NodeId): readonly NodeId[] {
  const node = graph.nodes[id];
  if (node === undefined) return [];
  if ('b' in node) return [node.a, node.b];
  if ('a' in node) return [node.a];
  return 'matrix' in node ? [node.matrix, node.vector] : [];
}

/** By NodeId. */
export function momentsOf(graph: Graph): Moment[] {
  const moments: Moment[] = [];
  for (const [id, node] of graph.nodes.entries()) {
    const read = operands(graph, id).map((operand) => moments[operand]);
    if (node.op === 'state' || read.includes('step')) moments.push('step');
    else moments.push(node.op === 'input' || read.includes('inputs') ? 'inputs' : 'weights');
  }
  return moments;
}
