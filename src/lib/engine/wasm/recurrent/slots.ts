import type { Size } from '../../../equations/graph.ts';
import { operandsOf, type Plan, type PlanId } from '../../plan/plan.ts';
import type { Usage } from './usage.ts';

/**
 * A column of places that values share one after the other: of an LSTM's gate the hoisted W x + b, then the whole sum,
 * then the gate itself, and backward the sum's adjoint. Slots of one panel lie side by side, so that one product fills
 * them all, and backward reads them all.
 */
export interface Slot {
  readonly size: Size;
  /** Forward, in their order. Empty where only an adjoint lies in it. */
  readonly occupants: PlanId[];
  /** The adjoint of its products: what backward products read. */
  adjoint: PlanId | undefined;
}

export interface Slots {
  /** Slots side by side, from left to right. */
  readonly bands: readonly (readonly Slot[])[];
  /** By value, the slot that it lies in. */
  readonly of: ReadonlyMap<PlanId, Slot>;
}

/** Deals slots to products, to what can be made of them in place, and to their adjoints. */
export function slotsOf(plan: Plan, usage: Usage): Slots {
  const { nodes, states, panels, outers } = plan;
  const of = new Map<PlanId, Slot>();
  const slots: Slot[] = [];
  const open = (size: Size, occupants: readonly PlanId[]): Slot => {
    const slot: Slot = { size, occupants: [...occupants], adjoint: undefined };
    slots.push(slot);
    for (const id of occupants) of.set(id, slot);
    return slot;
  };

  const isOneRow = (id: PlanId) => usage.bodies[id] === 'weights' || usage.bodies[id] === 'total';
  const next = new Set(states.map(({ after }) => after));
  const isForward = (id: PlanId) => ['inputs', 'step'].includes(usage.bodies[id] ?? '');
  /** The slot that a value can take over from something that only it reads. */
  const inherited = (id: PlanId): Slot | undefined => {
    for (const operand of operandsOf(nodes[id] ?? { op: 'input' })) {
      const slot = of.get(operand);
      const isOnlyReader = usage.readers[operand]?.length === 1 && !next.has(operand);
      if (slot !== undefined && slot.size === nodes[id]?.size && isOnlyReader) return slot;
    }
    return undefined;
  };
  for (const [id, node] of nodes.entries()) {
    if (!isForward(id)) continue;
    if (node.op === 'product') {
      const start = node.start === undefined || isOneRow(node.start) ? undefined : of.get(node.start);
      const isOnlyReader = usage.readers[node.start ?? -1]?.length === 1 && !next.has(node.start ?? -1);
      if (start === undefined || !isOnlyReader) open(node.size ?? 'units', [id]);
      else occupy(start, id, of);
    } else if ('a' in node && !next.has(id) && !usage.isReadAfterLoops(id)) {
      const slot = inherited(id);
      if (slot !== undefined) occupy(slot, id, of);
    }
  }

  /** By matrix and vector: the product of the two. */
  const products = new Map<string, PlanId>();
  for (const [id, node] of nodes.entries())
    if (node.op === 'product') products.set(`${node.vector} ${node.matrix}`, id);
  for (const { vector, adjoints, moment } of outers) {
    if (moment !== 'after') continue;
    for (const { matrix, adjoint } of adjoints) {
      // What arrives from later steps is kept where it arrives.
      if (of.has(adjoint) || nodes[adjoint]?.op === 'seed') continue;
      const slot = of.get(products.get(`${vector} ${matrix}`) ?? -1);
      const isFree =
        slot !== undefined &&
        slot.adjoint === undefined &&
        slot.size === nodes[adjoint]?.size &&
        slot.occupants.every((id) => !usage.isReadAfterLoops(id));
      const home = isFree ? slot : open(nodes[adjoint]?.size ?? 'units', []);
      home.adjoint = adjoint;
      of.set(adjoint, home);
    }
  }

  const groups = [
    ...panels.map(({ members }) => members),
    ...outers.map(({ adjoints }) => adjoints.map(({ adjoint }) => adjoint)),
  ].map((ids) => new Set(ids.flatMap((id) => of.get(id) ?? [])));
  return { bands: bandsOf(slots, groups, plan), of };
}

function occupy(slot: Slot, id: PlanId, of: Map<PlanId, Slot>): void {
  slot.occupants.push(id);
  of.set(id, slot);
}

/**
 * Orders slots so that those of a group lie side by side wherever that can be had: a band is a row of classes whose own
 * order is still open, and each group in turn splits them. (Where it can't be had, a product is done in pieces.)
 */
function bandsOf(
  slots: readonly Slot[],
  groups: readonly ReadonlySet<Slot>[],
  { nodes }: Plan,
): readonly (readonly Slot[])[] {
  const bands: Slot[][][] = [];
  for (const group of groups) {
    const band = bands.find((classes) => classes.some((slots) => slots.some((slot) => group.has(slot))));
    const placed = new Set(bands.flat(2));
    const fresh = [...group].filter((slot) => !placed.has(slot));
    if (band === undefined) {
      if (fresh.length > 0) bands.push([fresh]);
    } else {
      const end = split(band, group);
      if (fresh.length === 0) continue;
      if (end === 'left') band.unshift(fresh);
      else if (end === 'right') band.push(fresh);
      else bands.push([fresh]);
    }
  }
  const placed = new Set(bands.flat(2));
  bands.push(...slots.filter((slot) => !placed.has(slot)).map((slot) => [[slot]]));

  // What the same function is made of lies together: one pass does it.
  const functionOf = ({ occupants }: Slot): string => nodes[occupants.at(-1) ?? -1]?.op ?? '';
  return bands.map((classes) =>
    classes.flatMap((slots) => {
      const functions = [...new Set(slots.map(functionOf))];
      return slots.toSorted((a, b) => functions.indexOf(functionOf(a)) - functions.indexOf(functionOf(b)));
    }),
  );
}

/** Brings a group's members of a band together, if that can be; says at which end of the band they then are. */
function split(band: Slot[][], group: ReadonlySet<Slot>): 'left' | 'right' | undefined {
  const count = (slots: readonly Slot[]) => slots.filter((slot) => group.has(slot)).length;
  const first = band.findIndex((slots) => count(slots) > 0);
  const last = band.findLastIndex((slots) => count(slots) > 0);
  const isWhole = (place: number) => count(band[place] ?? []) === band[place]?.length;
  for (let place = first + 1; place < last; place++) if (!isWhole(place)) return undefined;
  const parts = (place: number) => {
    const slots = band[place] ?? [];
    return [slots.filter((slot) => !group.has(slot)), slots.filter((slot) => group.has(slot))] as const;
  };
  if (first === last) {
    if (isWhole(first)) return first === band.length - 1 ? 'right' : first === 0 ? 'left' : undefined;
    const [others, members] = parts(first);
    const isLeft = first === 0 && band.length > 1;
    band.splice(first, 1, ...(isLeft ? [members, others] : [others, members]));
    return isLeft ? 'left' : first === band.length - 2 ? 'right' : undefined;
  }
  const isAtEnds = { left: first === 0 && isWhole(first), right: last === band.length - 1 && isWhole(last) };
  if (!isWhole(last)) {
    const [others, members] = parts(last);
    band.splice(last, 1, members, others);
  }
  if (!isWhole(first)) {
    const [others, members] = parts(first);
    band.splice(first, 1, others, members);
  }
  return isAtEnds.right ? 'right' : isAtEnds.left ? 'left' : undefined;
}
