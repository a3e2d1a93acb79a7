import { type Moment, operandsOf, type Plan, type PlanId } from '../../plan/plan.ts';
import { type Item, orderOf } from './order.ts';
import type { Slot } from './slots.ts';
import type { Usage } from './usage.ts';
import { type Work, worksOf } from './works.ts';

/** Nodes that nothing computes. */
const GIVEN: ReadonlySet<string> = new Set(['input', 'state', 'seed', 'parameter', 'number', 'keep']);

export function isGiven({ op }: { readonly op: string }): boolean {
  return GIVEN.has(op);
}

/**
 * What a body of the tape has to do, in an order in which it can be done.
 *
 * @param summed `reduce` nodes whose operand this body makes, and only for them
 * @param slotAt the slot where a value goes
 * @param isFree whether a value has no place of its own yet and is read in its body only
 */
export function itemsOf(
  plan: Plan,
  { bodies, readers }: Usage,
  body: Moment,
  {
    summed,
    slotAt,
    isFree,
  }: {
    readonly summed: readonly PlanId[];
    readonly slotAt: (id: PlanId) => Slot | undefined;
    readonly isFree: (id: PlanId) => boolean;
  },
): readonly Item[] {
  const { nodes, panels } = plan;
  const values: PlanId[] = [...summed];
  const items: Item[] = [];
  const seen = new Set<number>();
  for (const [id, node] of nodes.entries()) {
    if (bodies[id] !== body || isGiven(node) || node.op === 'reduce') continue;
    if (node.op === 'product') {
      if (seen.has(node.panel)) continue;
      seen.add(node.panel);
      items.push(productItem(plan, panels[node.panel]?.members ?? [], slotAt));
    } else if (node.op === 'productBack') items.push(productItem(plan, [id], slotAt));
    else values.push(id);
  }
  values.sort((a, b) => a - b);
  const works = worksOf(plan, values, (id) => isFree(id) && readers[id]?.length === 1);
  items.push(...works.map((work) => workItem(work, slotAt)));
  return orderOf(items.toSorted((a, b) => (a.makes[0] ?? 0) - (b.makes[0] ?? 0)));
}

function productItem(
  { nodes }: Plan,
  products: readonly PlanId[],
  slotAt: (id: PlanId) => Slot | undefined,
): Item {
  const reads = new Set(products.flatMap((id) => operandsOf(nodes[id] ?? { op: 'input' })));
  for (const id of products) reads.delete(id);
  const [id = -1] = products;
  const isBack = nodes[id]?.op === 'productBack';
  return {
    ...{ work: undefined, products, makes: products, reads: [...reads], isInPlace: false },
    destroys: isBack ? occupantOf(id, slotAt) : undefined,
  };
}

function workItem(work: Work, slotAt: (id: PlanId) => Slot | undefined): Item {
  const { id, pieces } = work;
  const reads = [...new Set(pieces.flatMap((piece) => piece.reads))];
  const [piece, ...others] = pieces;
  const slot = slotAt(id);
  const operand = piece?.reads[0] ?? -1;
  const isFunction =
    others.length === 0 && piece?.reads.length === 1 && !['copy', 'guard'].includes(piece.op);
  return {
    ...{ work, products: [], makes: [id], reads },
    destroys: occupantOf(id, slotAt),
    isInPlace: isFunction && slot?.occupants.includes(id) === true && slotAt(operand) === slot,
  };
}

/** The forward value that lies where an adjoint goes. */
function occupantOf(id: PlanId, slotAt: (id: PlanId) => Slot | undefined): PlanId | undefined {
  const slot = slotAt(id);
  return slot === undefined || slot.occupants.includes(id) ? undefined : slot.occupants.at(-1);
}
