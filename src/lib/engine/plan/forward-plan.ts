import type { Graph, NodeId } from '../../equations/graph.ts';
import { operands } from '../../equations/operations.ts';
import { earlySums } from './early-sums.ts';
import { type Moment, momentsOf } from './moments.ts';

/** Matrix products that share their vector: the matrices are laid side by side and multiplied once. */
export interface Product {
  readonly vector: NodeId;
  /** The matmul nodes, and the matrix of each. */
  readonly nodes: readonly NodeId[];
  readonly matrices: readonly NodeId[];
}

/** In which order a graph is computed over a whole sequence; every engine reads it. */
export interface Plan {
  /** The cell, its sums in the order in which their terms are known. */
  readonly graph: Graph;
  /**
   * The nodes that a state waits for, by moment, in the graph's order; the others are never computed. Parameters come
   * first: a product takes the matrices of its whole panel, also those that stand further down.
   */
  readonly order: Readonly<Record<Moment, readonly NodeId[]>>;
  /** By matmul node. */
  readonly products: ReadonlyMap<NodeId, Product>;
  /** Nodes of the moment `inputs` that a step reads. */
  readonly handedOver: readonly NodeId[];
}

/** Reads a plan off a cell's graph. Takes time linear in the graph. */
export function plan(written: Graph): Plan {
  const graph = earlySums(written);
  const moments = momentsOf(graph);
  const after = graph.states.map((state) => state.after);
  const needed = new Set<NodeId>(after);
  for (const [id, node] of [...graph.nodes.entries()].reverse())
    if (needed.has(id)) for (const operand of operands(node)) needed.add(operand);
  const ordered = [...graph.nodes.entries()].filter(([id]) => needed.has(id));
  const at = (moment: Moment) => ordered.filter(([id]) => moments[id] === moment).map(([id]) => id);
  const isParameter = (id: NodeId) => graph.nodes[id]?.op === 'parameter';
  const weights = at('weights');

  const sharing = new Map<NodeId, { readonly id: NodeId; readonly matrix: NodeId }[]>();
  for (const [id, node] of ordered) {
    if (node.op !== 'matmul') continue;
    const members = sharing.get(node.vector) ?? [];
    members.push({ id, matrix: node.matrix });
    sharing.set(node.vector, members);
  }
  const products = new Map<NodeId, Product>();
  for (const [vector, members] of sharing) {
    const nodes = members.map(({ id }) => id);
    const product = { vector, nodes, matrices: members.map(({ matrix }) => matrix) };
    for (const id of nodes) products.set(id, product);
  }

  const inSteps = ordered.filter(([id]) => moments[id] === 'step');
  const readByAStep = new Set([...after, ...inSteps.flatMap(([, node]) => operands(node))]);
  return {
    graph,
    order: {
      weights: [...weights.filter(isParameter), ...weights.filter((id) => !isParameter(id))],
      inputs: at('inputs'),
      step: at('step'),
    },
    products,
    handedOver: at('inputs').filter((id) => readByAStep.has(id)),
  };
}
