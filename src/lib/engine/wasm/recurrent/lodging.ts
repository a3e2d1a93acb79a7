import type { Size } from '../../../equations/graph.ts';
import type { Plan, PlanId, PlanNode } from '../../plan/plan.ts';
import type { CellPlace } from '../part.ts';
import type { Bands } from './bands.ts';
import type { Carry } from './carry.ts';
import { isGiven } from './items.ts';
import { fixed, type Lodging } from './passes.ts';
import type { History, Rooms } from './rooms.ts';
import type { Slot, Slots } from './slots.ts';
import type { Usage } from './usage.ts';

interface Lodgings {
  /** By node; a value that is in none is scratch. */
  readonly places: Map<PlanId, Lodging>;
  /** The slot where a value goes. */
  readonly slotAt: (id: PlanId) => Slot | undefined;
}

/** Gives every value a place that has to have one of its own; the others share scratch. */
export function lodge(
  { nodes, states, inputAdjoint, vectorGradients }: Plan,
  { bodies, readers, leaves }: Usage,
  {
    place,
    sizes,
    rooms,
    slots,
    bands,
    histories,
    carry,
  }: {
    readonly place: CellPlace;
    readonly sizes: Readonly<Record<Size, number>>;
    readonly rooms: Rooms;
    readonly slots: Slots;
    readonly bands: Bands;
    readonly histories: ReadonlyMap<string, History>;
    readonly carry: Carry;
  },
): Lodgings {
  const places = new Map<PlanId, Lodging>();
  const slotAt = new Map<PlanId, Slot>(slots.of);
  const historyOf = (name: string): History => {
    const history = histories.get(name);
    if (history === undefined) throw new Error(`${name} is no state of the plan`);
    return history;
  };

  const given = (node: PlanNode): Lodging => {
    switch (node.op) {
      case 'input':
        return rooms.over(place.input);
      case 'state':
        return historyOf(node.name).before;
      case 'seed': {
        const found = carry.carried.find(({ state }) => state.name === node.name);
        if (found === undefined) throw new Error(`nothing arrives at ${node.name}`);
        return found.seed;
      }
      case 'parameter':
        return fixed(place.weights(node.name));
      case 'number':
        return fixed(place.memory.number(node.value));
      case 'keep': {
        if (place.keep === undefined) throw new Error('the plan drops states, but nothing says which');
        const block = place.keep(sizes[node.of]);
        return { at: () => block, all: undefined };
      }
      default:
        throw new Error(`${node.op} is computed, not given`);
    }
  };

  const gradientNames = new Map<PlanId, string>();
  for (const [name, id] of vectorGradients) if (!gradientNames.has(id)) gradientNames.set(id, name);
  const own = (id: PlanId, node: PlanNode): Lodging | undefined => {
    const name = `${node.op} ${id}`;
    const columns = sizes[node.size ?? 'units'];
    const body = bodies[id];
    const next = states.find(({ after }) => after === id);
    const slot = slots.of.get(id);
    if (next !== undefined && body === 'step' && node.op !== 'product') return historyOf(next.name).after;
    if (slot !== undefined) return bands.of(slot);
    if (id === inputAdjoint && place.inputGradient !== undefined) return rooms.over(place.inputGradient);
    if (body === 'total') {
      const gradient = gradientNames.get(id);
      return gradient === undefined ? rooms.row(name, columns) : fixed(place.gradients(gradient));
    }
    if (body === 'weights') return rooms.row(name, columns);
    const carried = carry.carried.find(({ state }) => state.adjoint === id);
    if (leaves(id)) return rooms.whole(name, columns);
    return carried !== undefined && body === 'back' ? carried.leaving : undefined;
  };

  for (const [id, node] of nodes.entries()) {
    const lodging = isGiven(node) ? given(node) : own(id, node);
    if (lodging !== undefined) places.set(id, lodging);
  }
  // What a product starts from is made where the product goes.
  for (const [id, node] of nodes.entries()) {
    if (node.op !== 'productBack' || node.start === undefined) continue;
    const { start } = node;
    const home = places.get(id);
    const isAlone = readers[start]?.length === 1 && bodies[start] === bodies[id];
    if (home === undefined || places.has(start) || !isAlone) continue;
    places.set(start, home);
    const slot = slotAt.get(id);
    if (slot !== undefined) slotAt.set(start, slot);
  }
  return { places, slotAt: (id) => slotAt.get(id) };
}
