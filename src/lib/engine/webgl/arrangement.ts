import type { Size } from '../../equations/graph.ts';
import type { Plan, PlanId, PlanNode } from '../plan/plan.ts';
import { costs, type Demand, demands, LIMITS } from './demand.ts';
import { isGiven, operandsOf } from './operands.ts';
import { type Phase, type Phases, phasesOf } from './phases.ts';
import type { Format } from './texture.ts';

/** A number that a draw leaves for other draws. */
export type Stored =
  | { readonly kind: 'node'; readonly id: PlanId }
  /** A state after the step, carried over padding. */
  | { readonly kind: 'next'; readonly state: string }
  /** What arrives at a state's next value: the carried adjoint plus the loss's. The seed is this, or 0 at padding. */
  | { readonly kind: 'total'; readonly state: string };

/** What one phase leaves of one size. */
export interface Store {
  /** Of its samplers; unique. */
  readonly name: string;
  readonly phase: Phase;
  readonly size: Size;
  /** `quad`: four a texel, in the layers of a texture array. `number`: the output's, which other layers read. */
  readonly format: Format;
  readonly stored: readonly Stored[];
}

/** Where a stored number stands. */
export interface StoredPlace {
  readonly store: Store;
  /** Index into `store.stored`: layer by four, and channel. */
  readonly index: number;
}

/** Which draw computes what, what it leaves, and what the others compute again from that. */
export interface Arrangement {
  readonly plan: Plan;
  readonly phases: Phases;
  readonly stores: readonly Store[];
  readonly places: ReadonlyMap<PlanId, StoredPlace>;
  /** By state. */
  readonly next: ReadonlyMap<string, StoredPlace>;
  readonly totals: ReadonlyMap<string, StoredPlace>;
  /** The phase that computes each state's next value. */
  readonly computes: ReadonlyMap<string, Phase>;
}

/** Signals that stage 0 of the loop has to be a draw of its own. */
class TooDear extends Error {}

/**
 * Arranges a plan into draws.
 *
 * A draw costs more than arithmetic, and a number that is left costs a channel of a texel: so a value that others need
 * is left only where computing it again from what is left anyway takes more than a few operations, or a product.
 */
export function arrange(plan: Plan): Arrangement {
  try {
    return arrangeWith(plan, phasesOf(plan, true));
  } catch (fault) {
    if (!(fault instanceof TooDear)) throw fault;
    return arrangeWith(plan, phasesOf(plan, false));
  }
}

function arrangeWith(plan: Plan, phases: Phases): Arrangement {
  const { nodes, states } = plan;
  const wanted = demands(plan, phases);
  const nextOf = new Map<PlanId, string>();
  for (const { name, after } of states)
    if (nodes[after]?.moment === 'step' && !isGiven(nodes[after])) nextOf.set(after, name);

  const left = new Set<PlanId>();
  const cost = costs(plan, (id, again) => {
    if (nextOf.has(id)) return true;
    const demand = wanted.get(id);
    if (demand === undefined || !isTooDear(demand, again)) return false;
    if (demand.within) throw new TooDear();
    left.add(id);
    return true;
  });
  const isLeft = (id: PlanId) => left.has(id) || nextOf.has(id);
  for (const [id, demand] of wanted) {
    if (cost[id] === Number.POSITIVE_INFINITY)
      throw new Error(`node ${id} of the plan (${nodes[id]?.op}) is read where it can't be computed`);
    if (demand.within && readsOwn(plan, phases, id, isLeft)) throw new TooDear();
  }

  // What loops over units read comes first, so that they find it in few texels.
  const inOrder = [...left].sort(
    (a, b) => Number(wanted.get(b)?.loop ?? false) - Number(wanted.get(a)?.loop ?? false) || a - b,
  );
  const contents = new Map<string, Store & { readonly stored: Stored[] }>();
  const leave = (phase: Phase, size: Size, stored: Stored): void => {
    const isOutput = stored.kind === 'next' && stored.state === plan.output;
    const name = isOutput ? 'given_out' : `${phase.name}_${size}`;
    const store = contents.get(name) ?? {
      name,
      phase,
      size,
      format: isOutput ? 'number' : 'quad',
      stored: [],
    };
    contents.set(name, store);
    store.stored.push(stored);
  };
  for (const id of inOrder) {
    const node = nodes[id] as PlanNode;
    leave(phases.of(id), node.size ?? 'units', { kind: 'node', id });
  }
  const computes = new Map<string, Phase>();
  for (const { name, after } of states) {
    const phase = nextOf.has(after) ? phases.of(after) : phases.firstStep;
    computes.set(name, phase);
    leave(phase, 'units', { kind: 'next', state: name });
  }
  const again = computedAgain(plan, wanted, isLeft);
  for (const { name, seed } of states)
    if (seed !== undefined && (plan.masked || again.has(seed)))
      leave(phases.firstBack, 'units', { kind: 'total', state: name });

  const stores = [...contents.values()];
  const places = new Map<PlanId, StoredPlace>();
  const next = new Map<string, StoredPlace>();
  const totals = new Map<string, StoredPlace>();
  for (const store of stores)
    for (const [index, stored] of store.stored.entries()) {
      if (stored.kind === 'node') places.set(stored.id, { store, index });
      else (stored.kind === 'next' ? next : totals).set(stored.state, { store, index });
    }
  for (const [id, name] of nextOf) {
    const place = next.get(name);
    if (place !== undefined) places.set(id, place);
  }
  return { plan, phases, stores, places, next, totals, computes };
}

/** Whether computing a value again takes what only its own draw leaves. */
function readsOwn(plan: Plan, phases: Phases, id: PlanId, isLeft: (id: PlanId) => boolean): boolean {
  if (isLeft(id)) return true;
  const home = phases.of(id);
  const seen = new Set([id]);
  // A set goes on through what is added to it on the way.
  for (const met of seen)
    for (const operand of operandsOf(plan.nodes[met] as PlanNode).once) {
      if (isGiven(plan.nodes[operand]) || phases.of(operand) !== home) continue;
      if (isLeft(operand)) return true;
      seen.add(operand);
    }
  return false;
}

/** What is computed again where it is wanted, and all that this takes. */
function computedAgain(
  { nodes }: Plan,
  wanted: ReadonlyMap<PlanId, Demand>,
  isLeft: (id: PlanId) => boolean,
): ReadonlySet<PlanId> {
  const again = new Set([...wanted.keys()].filter((id) => !isLeft(id)));
  for (const [id, node] of [...nodes.entries()].reverse())
    if (again.has(id)) for (const operand of operandsOf(node).once) if (!isLeft(operand)) again.add(operand);
  return again;
}

function isTooDear(demand: Demand, cost: number): boolean {
  if (demand.within) return cost > LIMITS.within;
  return cost > (demand.loop ? LIMITS.loop : LIMITS.once);
}
