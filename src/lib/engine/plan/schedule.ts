import type { Assembled } from './assembly.ts';
import {
  MOMENTS,
  type Moment,
  operandsOf,
  type Plan,
  type PlanId,
  type PlanNode,
  type Stage,
} from './plan.ts';

/** What is wanted of the nodes, which decides when each is computed. */
export interface Wanted {
  /** Of states: their next values, and those that step t + 1 gives to step t. */
  readonly states: readonly {
    readonly before: PlanId | undefined;
    readonly after: PlanId;
    readonly adjoint: PlanId | undefined;
  }[];
  /** What is read after the loops by whoever asked for it, and by gradients of matrices. */
  readonly afterwards: readonly PlanId[];
  readonly again: (node: PlanNode) => boolean;
}

/** The moment at which what is given is first there. */
const GIVEN: ReadonlyMap<string, Moment> = new Map([
  ['input', 'inputs'],
  ['state', 'step'],
  ['keep', 'step'],
  ['seed', 'back'],
  ['parameter', 'weights'],
  ['number', 'weights'],
] as const);

/** Gives each node its moment, each moment its stages, and says what is kept. Takes time linear in the nodes. */
export function schedule(
  assembled: readonly Assembled[],
  wanted: Wanted,
): Pick<Plan, 'nodes' | 'stages' | 'kept'> {
  const nodes = withMoments(assembled, wanted);
  const later = readLater(nodes, wanted);
  const again = computedAgain(nodes, later, wanted);
  const kept = new Set([...later.keys()].filter((id) => !again.has(id)));
  const stagesAt = (moment: Moment) => stagesOf(nodes, computedAt(moment, nodes, again, later));
  return {
    nodes,
    stages: {
      weights: stagesAt('weights'),
      inputs: stagesAt('inputs'),
      step: stagesAt('step'),
      back: stagesAt('back'),
      after: stagesAt('after'),
      total: stagesAt('total'),
    },
    kept,
  };
}

/** All that some nodes wait for, themselves too. */
function ancestors(nodes: readonly Assembled[], from: readonly (PlanId | undefined)[]): ReadonlySet<PlanId> {
  const found = new Set<PlanId | undefined>(from);
  for (const [id, node] of [...nodes.entries()].reverse())
    if (found.has(id)) for (const read of operandsOf(node)) found.add(read);
  found.delete(undefined);
  return found as ReadonlySet<PlanId>;
}

/**
 * A forward value that no state waits for (1 where relu's argument is positive, say) is computed where it is first
 * read; an adjoint in the reverse loop only where an adjoint that leaves the step waits for it.
 */
function withMoments(nodes: readonly Assembled[], { states }: Wanted): readonly PlanNode[] {
  const forward = ancestors(
    nodes,
    states.map(({ after }) => after),
  );
  const back = ancestors(
    nodes,
    states.map(({ adjoint }) => adjoint),
  );
  const readInBack = new Set<PlanId>();
  const moments: Moment[] = [];
  for (const [id, { op, kind }] of [...nodes.entries()].reverse()) {
    const isSeeded = kind === 'seeded';
    const isLate = isSeeded ? !back.has(id) : !readInBack.has(id);
    const fixed = kind === 'weights' || kind === 'total' ? kind : undefined;
    const whole = !isSeeded && forward.has(id) ? (kind as Moment) : undefined;
    const moment = GIVEN.get(op) ?? fixed ?? whole ?? (isLate ? 'after' : 'back');
    moments[id] = moment;
    if (moment === 'back') for (const read of operandsOf(nodes[id] as Assembled)) readInBack.add(read);
  }
  return nodes.map(({ kind: _, ...node }, id): PlanNode => ({ ...node, moment: moments[id] as Moment }));
}

const place = (moment: Moment): number => MOMENTS.indexOf(moment);

/** Values of the loops that are read when their step is over, and the moments at which that is. */
function readLater(
  nodes: readonly PlanNode[],
  { afterwards }: Wanted,
): ReadonlyMap<PlanId, ReadonlySet<Moment>> {
  const later = new Map<PlanId, Set<Moment>>();
  const read = (id: PlanId, reader: Moment): void => {
    const { op, moment } = nodes[id] as PlanNode;
    const isOfALoop = (moment === 'step' || moment === 'back') && op !== 'keep';
    if (!isOfALoop || place(reader) <= place(moment)) return;
    later.set(id, (later.get(id) ?? new Set()).add(reader));
  };
  for (const node of nodes) for (const operand of operandsOf(node)) read(operand, node.moment);
  for (const id of afterwards) read(id, 'after');
  return later;
}

/** Which of the `step` values that are read later are computed again there. */
function computedAgain(
  nodes: readonly PlanNode[],
  later: ReadonlyMap<PlanId, unknown>,
  { states, again }: Wanted,
): ReadonlySet<PlanId> {
  // A state's values before all steps are its values after them: where the former are kept, the latter are there.
  const carried = new Set(
    states.filter(({ before }) => before !== undefined && later.has(before)).map(({ after }) => after),
  );
  const isThere = (id: PlanId): boolean => {
    const { op, moment } = nodes[id] as PlanNode;
    return (
      moment === 'weights' || moment === 'inputs' || (op !== 'keep' && (later.has(id) || carried.has(id)))
    );
  };
  const found = new Set<PlanId>();
  for (const [id, node] of nodes.entries()) {
    if (node.moment !== 'step' || !later.has(id) || carried.has(id) || !('a' in node)) continue;
    if (operandsOf(node).every(isThere) && again(node)) found.add(id);
  }
  return found;
}

/** What is computed at a moment: its own nodes, and those computed again that it reads. */
function computedAt(
  moment: Moment,
  nodes: readonly PlanNode[],
  again: ReadonlySet<PlanId>,
  later: ReadonlyMap<PlanId, ReadonlySet<Moment>>,
): ReadonlySet<PlanId> {
  const found = new Set<PlanId>();
  const readHere = new Set<PlanId>();
  for (const [id, node] of [...nodes.entries()].reverse()) {
    const isOwn = node.moment === moment && !GIVEN.has(node.op);
    const isAgain = again.has(id) && (readHere.has(id) || later.get(id)?.has(moment) === true);
    if (!isOwn && !isAgain) continue;
    found.add(id);
    for (const operand of operandsOf(node)) readHere.add(operand);
  }
  return found;
}

/** A product stands one stage after what it multiplies; another product that it starts from may stand beside it. */
function stagesOf(nodes: readonly PlanNode[], computed: ReadonlySet<PlanId>): readonly Stage[] {
  const stages: { readonly products: PlanId[]; readonly values: PlanId[] }[] = [];
  const levels = new Map<PlanId, number>();
  const levelOf = (id: PlanId) => levels.get(id) ?? 0;
  for (const [id, node] of nodes.entries()) {
    if (!computed.has(id)) continue;
    const isProduct = node.op === 'product' || node.op === 'productBack';
    const waits = operandsOf(node).map((operand) => {
      const isBeside = node.op === 'product' && operand === node.start;
      return levelOf(operand) + (isProduct && !isBeside ? 1 : 0);
    });
    const level = Math.max(0, ...waits);
    levels.set(id, level);
    while (stages.length <= level) stages.push({ products: [], values: [] });
    stages[level]?.[isProduct ? 'products' : 'values'].push(id);
  }
  const vectorOf = (id: PlanId): PlanId => {
    const node = nodes[id] as PlanNode;
    return node.op === 'product' ? node.vector : id;
  };
  return stages.map(({ products, values }) => ({
    products: products.toSorted((p, q) => vectorOf(p) - vectorOf(q)),
    values,
  }));
}
