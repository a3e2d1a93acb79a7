import { type Moment, operandsOf, type Plan, type PlanId } from '../../plan/plan.ts';

/** Who reads what, and in which part of the tape. */
export interface Usage {
  /**
   * By node, the part of the tape that computes it: its moment, but that element-wise adjoints for which nothing waits
   * (`after`, before any product) are computed in the reverse loop too, while what they read is in the cache.
   */
  readonly bodies: readonly Moment[];
  /** By node, the nodes that read it. */
  readonly readers: readonly (readonly PlanId[])[];
  /** Whether a loop's value is read once the loops are over, at all steps at once: by a product, or by what follows one. */
  isReadAfterLoops(id: PlanId): boolean;
  /** Whether a value is read in another part than its own; then scratch is no place for it. */
  leaves(id: PlanId): boolean;
}

export function usageOf(plan: Plan): Usage {
  const { nodes, stages, outers, inputAdjoint } = plan;
  const early = new Set(stages.after[0]?.values);
  const bodies = nodes.map(({ moment }, id): Moment => (early.has(id) ? 'back' : moment));
  const readers: PlanId[][] = nodes.map(() => []);
  for (const [id, node] of nodes.entries())
    for (const operand of new Set(operandsOf(node))) readers[operand]?.push(id);
  const wholeReads = new Set<PlanId | undefined>([inputAdjoint]);
  for (const { vector, adjoints, moment } of outers)
    if (moment === 'after')
      for (const id of [vector, ...adjoints.map(({ adjoint }) => adjoint)]) wholeReads.add(id);
  const readersOf = (id: PlanId) => readers[id] ?? [];
  const isReadAfterLoops = (id: PlanId) =>
    wholeReads.has(id) || readersOf(id).some((reader) => bodies[reader] === 'after');
  return {
    bodies,
    readers,
    isReadAfterLoops,
    // Sums over all rows are taken where their operand is made.
    leaves: (id) =>
      isReadAfterLoops(id) ||
      readersOf(id).some((reader) => bodies[reader] !== bodies[id] && nodes[reader]?.op !== 'reduce'),
  };
}

/** What gradients and x's adjoint wait for; the rest of the reverse loop only makes adjoints for the step before. */
export function neededAfterLoops(
  { nodes, outers, inputAdjoint }: Plan,
  { bodies }: Usage,
): ReadonlySet<PlanId | undefined> {
  const needed = new Set<PlanId | undefined>([inputAdjoint]);
  for (const { vector, adjoints } of outers)
    for (const id of [vector, ...adjoints.map(({ adjoint }) => adjoint)]) needed.add(id);
  for (const [id, node] of [...nodes.entries()].reverse())
    if (needed.has(id) || bodies[id] === 'after' || bodies[id] === 'total') {
      needed.add(id);
      for (const operand of operandsOf(node)) needed.add(operand);
    }
  return needed;
}
