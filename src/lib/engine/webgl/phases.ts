import type { Moment, Plan, PlanId } from '../plan/plan.ts';

/**
 * What is computed in one draw (or, where it leaves values of two sizes or very many, in a few): a stage of a moment.
 * In the loops two stages can share a draw, see `phasesOf`.
 */
export interface Phase {
  readonly name: string;
  readonly moment: Moment;
  /** Place in the order in which phases run. */
  readonly order: number;
  /**
   * The reverse loop's last stage of a step: it is computed by the next draw, that of the step before, whose first
   * stage needs it at the same unit and example only.
   */
  readonly isLate: boolean;
}

export interface Phases {
  readonly all: readonly Phase[];
  /** The phase that computes a node. */
  of(id: PlanId): Phase;
  /** There is always one, though it may have no nodes. */
  readonly firstStep: Phase;
  readonly firstBack: Phase;
  readonly late: Phase;
}

/**
 * Stages in their order.
 *
 * - Forward, stage 0 (what needs no product) shares the draw of stage 1: its products loop over values that are
 *   computed on the way, where that is cheap (`merged`).
 * - Backward, a step's last stage (the products that lead to the states before it) shares the draw of the first stage
 *   of the step before. So LSTM, Elman and GRU take one draw a step, as they have one stage of products.
 */
export function phasesOf({ stages, nodes }: Plan, merged: boolean): Phases {
  const all: Phase[] = [];
  const homes = new Map<PlanId, Phase>();
  const add = (moment: Moment, isLate = false): Phase => {
    const number = all.filter((phase) => phase.moment === moment).length;
    const phase = { name: isLate ? 'late' : `${moment}${number}`, moment, order: all.length, isLate };
    all.push(phase);
    return phase;
  };
  const put = (phase: Phase, { products, values }: Plan['stages']['step'][number]): void => {
    for (const id of [...products, ...values]) if (!homes.has(id)) homes.set(id, phase);
  };

  for (const moment of ['weights', 'inputs'] as const)
    for (const stage of stages[moment]) put(add(moment), stage);
  const steps = stages.step.map((stage, k) => ({ stage, k }));
  let phase = add('step');
  const firstStep = phase;
  for (const { stage, k } of steps) {
    if (k > 1 || (k === 1 && !merged)) phase = add('step');
    put(phase, stage);
  }
  const firstBack = add('back');
  const [first, ...others] = stages.back;
  if (first !== undefined) put(firstBack, first);
  for (const stage of others.slice(0, -1)) put(add('back'), stage);
  const late = add('back', true);
  const last = others.at(-1);
  if (last !== undefined) put(late, last);
  for (const moment of ['after', 'total'] as const)
    for (const stage of stages[moment]) put(add(moment), stage);

  return {
    all,
    firstStep,
    firstBack,
    late,
    of(id) {
      const home = homes.get(id);
      if (home === undefined) throw new Error(`node ${id} (${nodes[id]?.op}) is computed in no stage`);
      return home;
    },
  };
}
