import type { Plan, PlanId, PlanNode } from '../plan/plan.ts';
import { isGiven, operandsOf } from './operands.ts';
import type { Phase, Phases } from './phases.ts';

/** Who reads a value outside the draw that computes it. */
export interface Demand {
  /** A loop over units, or over rows: it reads the value again and again. */
  readonly loop: boolean;
  /** A loop of the very draw that computes it: that one can't read what it leaves. */
  readonly within: boolean;
}

/**
 * What computing a value again may cost, in operations as `COSTS` counts them: in another draw, in a loop, and in a
 * loop of its own draw, where the alternative is one more draw a step.
 */
export const LIMITS = { once: 8, loop: 2, within: 8 } as const;

const DEAR: ReadonlySet<PlanNode['op']> = new Set([
  'sigmoid',
  'tanh',
  'softplus',
  'exp',
  'log',
  'sqrt',
] as const);
const PRODUCTS: ReadonlySet<PlanNode['op']> = new Set(['product', 'productBack', 'reduce'] as const);

/** Values that are computed in one phase and read in another one, or by a loop. What is given is there anyway. */
export function demands(plan: Plan, phases: Phases): ReadonlyMap<PlanId, Demand> {
  const { nodes, states, outers, vectorGradients, inputAdjoint } = plan;
  const found = new Map<PlanId, Demand>();
  const demand = (id: PlanId, reader: Phase | undefined, loop: boolean): void => {
    const node = nodes[id];
    if (node === undefined || (isGiven(node) && node.op !== 'seed')) return;
    const home = node.op === 'seed' ? phases.firstBack : phases.of(id);
    const within = loop && home === reader;
    if (home === reader && !within) return;
    const known = found.get(id);
    found.set(id, { loop: loop || known?.loop === true, within: within || known?.within === true });
  };

  for (const [id, node] of nodes.entries()) {
    if (isGiven(node)) continue;
    const reader = phases.of(id);
    const { once, looped } = operandsOf(node);
    for (const operand of once) demand(operand, reader, false);
    for (const operand of looped) demand(operand, reader, true);
  }
  for (const { after, adjoint } of states) {
    const home = isGiven(nodes[after]) ? undefined : phases.of(after);
    demand(after, home?.moment === 'step' ? home : phases.firstStep, false);
    if (adjoint !== undefined) demand(adjoint, phases.late, false);
  }
  // Gradients are drawn after everything else, in a phase of their own.
  for (const { vector, adjoints } of outers)
    for (const id of [vector, ...adjoints.map(({ adjoint }) => adjoint)]) demand(id, undefined, true);
  for (const id of vectorGradients.values()) if (nodes[id]?.op !== 'reduce') demand(id, undefined, false);
  if (inputAdjoint !== undefined && nodes[inputAdjoint]?.moment !== 'after')
    demand(inputAdjoint, undefined, false);
  return found;
}

/**
 * What each node costs where it is not computed: a read where it is left, else its operations and its operands'.
 * @param isLeft asked in topological order, with what it would cost otherwise
 */
export function costs(
  { nodes }: Plan,
  isLeft: (id: PlanId, otherwise: number) => boolean,
): readonly number[] {
  const cost: number[] = [];
  for (const [id, node] of nodes.entries()) {
    if (isGiven(node)) {
      cost.push(node.op === 'number' ? 0 : 1);
      continue;
    }
    const { once } = operandsOf(node);
    const own = PRODUCTS.has(node.op) ? Number.POSITIVE_INFINITY : DEAR.has(node.op) ? 4 : 1;
    const otherwise = once.reduce((sum, operand) => sum + (cost[operand] ?? 0), own);
    cost.push(isLeft(id, otherwise) ? 1 : otherwise);
  }
  return cost;
}
