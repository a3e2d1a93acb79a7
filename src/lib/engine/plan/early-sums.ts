import type { Graph, Node, NodeId } from '../../equations/graph.ts';
import { operands } from '../../equations/operations.ts';
import { type Moment, momentsOf } from './moments.ts';
import { relocated, withNodes } from './relocation.ts';

const ORDER: readonly Moment[] = ['weights', 'inputs', 'step'];

/**
 * The same cell with the terms of its sums in the order in which they are known: `Wf x + Uf h + bf` becomes
 * `(Wf x + bf) + Uf h`, so that the bias joins all steps at once, before the loop. Equal up to rounding. A sum that
 * has a name, or that is read twice, stays as it is written. Takes time linear in the graph.
 */
export function earlySums(graph: Graph): Graph {
  const moments = momentsOf(graph);
  const readers = new Array<number>(graph.nodes.length).fill(0);
  for (const node of graph.nodes) for (const read of operands(node)) readers[read] = (readers[read] ?? 0) + 1;
  for (const { node } of graph.statements) readers[node] = (readers[node] ?? 0) + 1;

  /** Sums that only a sum reads: their terms are terms of that one. */
  const inner = new Set<NodeId>();
  for (const node of graph.nodes) {
    if (node.op !== 'add') continue;
    for (const id of [node.a, node.b]) if (graph.nodes[id]?.op === 'add' && readers[id] === 1) inner.add(id);
  }
  const terms = (root: NodeId): NodeId[] => {
    const found: NodeId[] = [];
    const open = [root];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const node = graph.nodes[id];
      if (node?.op === 'add' && (id === root || inner.has(id))) open.push(node.b, node.a);
      else found.push(id);
    }
    return found;
  };

  const nodes: Node[] = [];
  const moved = new Map<NodeId, NodeId>();
  const at = (id: NodeId): NodeId => {
    const place = moved.get(id);
    if (place === undefined) throw new Error(`node ${id} is read before it is computed`);
    return place;
  };
  for (const [id, node] of graph.nodes.entries()) {
    if (inner.has(id)) continue;
    if (node.op === 'add') {
      const all = terms(id);
      const sorted = ORDER.flatMap((moment) => all.filter((term) => moments[term] === moment));
      const [first = id, ...rest] = sorted.map(at);
      let sum = first;
      for (const term of rest) {
        const shape = nodes[sum]?.shape.length === 0 ? (nodes[term]?.shape ?? []) : (nodes[sum]?.shape ?? []);
        sum = nodes.push({ op: 'add', a: sum, b: term, shape, span: node.span }) - 1;
      }
      moved.set(id, sum);
    } else moved.set(id, nodes.push(relocated(node, at)) - 1);
  }
  return withNodes(graph, nodes, at);
}
