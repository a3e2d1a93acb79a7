import type { Size } from '../../equations/graph.ts';
import type { PlanId } from '../plan/plan.ts';
import type { Fragment } from './fragment.ts';
import { NEXT } from './frame.ts';
import type { Scope } from './scope.ts';

/**
 * What the reverse loop's first stage starts from: all that arrives at the states' next values, carried from the step
 * after and, at the output, from the loss (which reads every step's output, or the last one's only).
 *
 * @param late values of the step after, of its last stage, that are to be left
 * @param size of the values that the draw leaves
 * @returns GLSL, float, by value of `late`
 */
export function arrivals(
  fragment: Fragment,
  scope: Scope,
  late: readonly PlanId[],
  size: Size,
): ReadonlyMap<PlanId, string> {
  const { plan, totals, phases } = fragment.arrangement;
  const lines: string[] = [];
  const after = scope.within({ frame: NEXT, phases: [phases.late] }, lines);
  const assign = (text: string): string => {
    const name = fragment.fresh('from');
    scope.lines.push(`float ${name} = 0.0;`);
    lines.push(`${name} = ${text};`);
    return name;
  };
  // Values of x's size hang on no seed in the same stage: they are made of values of their own size.
  for (const { name, seed, adjoint } of size === 'units' ? plan.states : []) {
    if (seed === undefined) continue;
    const fromStep = adjoint === undefined ? '0.0' : after.value(adjoint);
    const place = plan.masked ? totals.get(name) : undefined;
    scope.give(
      name,
      assign(
        place === undefined ? fromStep : `${after.counted()} ? ${fromStep} : ${after.stored(place, 'now')}`,
      ),
    );
  }
  const left = new Map(late.map((id) => [id, assign(after.value(id))]));
  fragment.uniform('int', 'steps');
  scope.lines.push('if (step + 1 < steps) {', ...lines, '}');
  const output = scope.given(plan.output);
  if (output !== undefined) {
    const has = fragment.uniform('int', 'has_loss');
    const at = fragment.uniform('ivec2', 'loss_at');
    const loss = `texelFetch(${fragment.uniform('sampler2D', 'loss')}, ${at} + ivec2(unit, row), 0).r`;
    scope.lines.push(`if (${has} == 1) ${output} += ${loss};`);
  }
  return left;
}
