import type { Graph } from '../../equations/graph.ts';
import { operands } from '../../equations/operations.ts';

/**
 * When a node's value can be known: once the weights are (`weights`), once the whole sequence is (`inputs`), or only
 * as the loop reaches its step, because it waits for a state (`step`). What needs no state leaves the loop: that is
 * how Wf x, Wi x, ... of all steps become one product.
 */
export type Moment = 'weights' | 'inputs' | 'step';

/** By NodeId. */
export function momentsOf(graph: Graph): Moment[] {
  const moments: Moment[] = [];
  for (const node of graph.nodes) {
    const read = operands(node).map((operand) => moments[operand]);
    if (node.op === 'state' || read.includes('step')) moments.push('step');
    else moments.push(node.op === 'input' || read.includes('inputs') ? 'inputs' : 'weights');
  }
  return moments;
}
