import type { Plan, PlanId } from '../../plan/plan.ts';
import type { Slots } from './slots.ts';

/**
 * The order in which a cell's parameters should lie in memory: matrices of a panel one under the other and biases side
 * by side, as the slots of their products lie, so that each panel is packed, and its gradient made, at once.
 */
export function arrangementOf(
  { graph, panels, nodes, vectorGradients }: Plan,
  slots: Slots,
): readonly string[] {
  const order = slots.bands.flat();
  const place = (id: PlanId) => {
    const slot = slots.of.get(id);
    return slot === undefined ? order.length : order.indexOf(slot);
  };
  const names = new Set<string>();
  for (const { members } of panels)
    for (const id of members.toSorted((a, b) => place(a) - place(b))) {
      const node = nodes[id];
      if (node?.op === 'product') names.add(node.matrix);
    }

  /** Vectors whose gradient is the sum of what a slot holds, by slot: the first of each slot, then what is left. */
  const bySlot = order.map(({ adjoint }) =>
    [...vectorGradients].flatMap(([name, id]) => {
      const node = nodes[id];
      return node?.op === 'reduce' && adjoint !== undefined && node.a === adjoint ? name : [];
    }),
  );
  for (const [first] of bySlot) if (first !== undefined) names.add(first);
  for (const { name } of graph.parameters) names.add(name);
  return [...names];
}
