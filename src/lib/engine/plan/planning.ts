import type { Graph } from '../../equations/graph.ts';
import { Assembly } from './assembly.ts';
import type { DraftId } from './draft.ts';
import { withKeeps } from './keeps.ts';
import type { BackTerm, OuterPanel, Plan, PlanId, PlanOptions } from './plan.ts';
import { schedule } from './schedule.ts';
import { liveFrom } from './sums.ts';
import { totalsOf } from './totals.ts';
import { type Outer, type Translation, translate } from './translation.ts';

/**
 * Plans a cell. Takes time linear in the graph, but for sorting.
 * @throws Error where the graph can't be planned: a matrix that does something else than multiply a vector
 */
export function planOf(graph: Graph, options: PlanOptions = {}): Plan {
  const { backward = true, inputAdjoint = true, masked = true, recurrentDropout = false } = options;
  const translation = translate(recurrentDropout ? withKeeps(graph) : graph);
  const { draft } = translation;
  const goals = backward ? goalsOf(translation, inputAdjoint, masked) : NO_GOALS;
  const { carried, roots } = rootsOf(translation, goals);

  const assembly = new Assembly(draft, roots);
  const live = liveFrom(draft, roots);
  const at = (id: DraftId) => assembly.at(id);
  const ifLive = (id: DraftId | undefined) => (id === undefined || !live.has(id) ? undefined : at(id));
  const states = translation.states.map(({ name, before, after, seed, adjoint }) => ({
    name,
    before: ifLive(before),
    after: at(after),
    seed: ifLive(seed),
    adjoint: carried.has(name) ? ifLive(adjoint) : undefined,
  }));
  const outers = panelsOf(goals.outers, translation, at);
  const placedInputAdjoint = ifLive(goals.inputAdjoint);
  const afterwards = outers
    .filter(({ moment }) => moment === 'after')
    .flatMap(({ vector, adjoints }) => [vector, ...adjoints.map(({ adjoint }) => adjoint)]);
  if (placedInputAdjoint !== undefined) afterwards.push(placedInputAdjoint);
  const { again = () => false } = options;
  return {
    graph,
    ...schedule(assembly.nodes, { states, afterwards, again }),
    panels: assembly.panels,
    states,
    output: graph.output,
    inputAdjoint: placedInputAdjoint,
    vectorGradients: new Map([...goals.vectorGradients].map(([name, id]) => [name, at(id)])),
    outers,
    masked,
  };
}

/** What the backward pass is for, in the draft. */
interface Goals {
  readonly inputAdjoint: DraftId | undefined;
  /** Summed over all rows. */
  readonly vectorGradients: ReadonlyMap<string, DraftId>;
  readonly outers: readonly Outer[];
}

const NO_GOALS: Goals = { inputAdjoint: undefined, vectorGradients: new Map(), outers: [] };

function goalsOf(
  { draft, inputAdjoint, vectorAdjoints, outers }: Translation,
  asksForInput: boolean,
  masked: boolean,
): Goals {
  // A padded row's seeds are zero, and so are its adjoints, unless a factor is infinite or NaN.
  const guarded = (id: DraftId): DraftId =>
    masked && draft.at(id).wild ? draft.emit({ op: 'guard', a: id }, draft.at(id).size) : id;
  const isOfWeights = ({ vector }: Outer) => draft.at(vector).kind === 'weights';
  const totals = totalsOf(
    draft,
    [...vectorAdjoints.values(), ...outers.filter(isOfWeights).map(({ adjoint }) => adjoint)],
    guarded,
  );
  const total = (id: DraftId): DraftId => {
    const sum = totals.get(id);
    if (sum === undefined) throw new Error(`node ${id} of the draft was not summed`);
    return sum;
  };
  return {
    inputAdjoint: asksForInput && inputAdjoint !== undefined ? guarded(inputAdjoint) : undefined,
    vectorGradients: new Map([...vectorAdjoints].map(([name, id]) => [name, total(id)])),
    outers: outers.map((outer) =>
      isOfWeights(outer)
        ? { ...outer, adjoint: total(outer.adjoint) }
        : { ...outer, adjoint: guarded(outer.adjoint), vector: guarded(outer.vector) },
    ),
  };
}

/** What has to be computed: next values of states, the goals, and the carried adjoints that they wait for. */
function rootsOf(
  { draft, states }: Translation,
  { inputAdjoint, vectorGradients, outers }: Goals,
): { readonly roots: ReadonlySet<DraftId>; readonly carried: ReadonlySet<string> } {
  const roots = new Set<DraftId>([
    ...vectorGradients.values(),
    ...outers.flatMap(({ adjoint, vector }) => [adjoint, vector]),
    ...(inputAdjoint === undefined ? [] : [inputAdjoint]),
  ]);
  const carried = new Set<string>();
  for (let isMore = true; isMore; ) {
    isMore = false;
    const live = liveFrom(draft, roots);
    for (const { name, seed, adjoint } of states) {
      if (!live.has(seed) || adjoint === undefined || carried.has(name)) continue;
      carried.add(name);
      roots.add(adjoint);
      isMore = true;
    }
  }
  for (const { after } of states) roots.add(after);
  return { roots, carried };
}

/** Outer products of one vector together. */
function panelsOf(
  outers: readonly Outer[],
  { draft }: Translation,
  at: (id: DraftId) => PlanId,
): readonly OuterPanel[] {
  const panels = new Map<DraftId, BackTerm[]>();
  for (const { matrix, adjoint, vector } of outers) {
    const adjoints = panels.get(vector) ?? [];
    adjoints.push({ matrix, adjoint: at(adjoint) });
    panels.set(vector, adjoints);
  }
  return [...panels].map(([vector, adjoints]) => ({
    vector: at(vector),
    adjoints,
    moment: draft.at(vector).kind === 'weights' ? 'total' : 'after',
  }));
}
