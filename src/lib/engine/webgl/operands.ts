import type { PlanId, PlanNode } from '../plan/plan.ts';

/** What a node reads: at its own unit and row, and in a loop over units or rows. */
export function operandsOf(node: PlanNode): {
  readonly once: readonly PlanId[];
  readonly looped: readonly PlanId[];
} {
  switch (node.op) {
    case 'product':
      return { once: node.start === undefined ? [] : [node.start], looped: [node.vector] };
    case 'productBack':
      return {
        once: node.start === undefined ? [] : [node.start],
        looped: node.terms.map(({ adjoint }) => adjoint),
      };
    case 'reduce':
      return { once: [], looped: [node.a] };
    default:
      if ('b' in node) return { once: [node.a, node.b], looped: [] };
      return { once: 'a' in node ? [node.a] : [], looped: [] };
  }
}

const GIVEN: ReadonlySet<PlanNode['op']> = new Set([
  'input',
  'state',
  'seed',
  'parameter',
  'number',
  'keep',
] as const);

/** Whether a node's value comes from outside, not from other nodes. */
export function isGiven(node: PlanNode | undefined): boolean {
  return node === undefined || GIVEN.has(node.op);
}
