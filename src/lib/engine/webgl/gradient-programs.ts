import type { Plan, PlanId } from '../plan/plan.ts';
import type { Arrangement } from './arrangement.ts';
import { type CellBlock, CHANNELS, heightOf } from './cell-blocks.ts';
import { Fragment, MOST_SAMPLERS } from './fragment.ts';
import { overRows } from './over-rows.ts';
import { Scope, type Site } from './scope.ts';

/** One addend of a parameter's gradient. */
interface Addend {
  /** Index of its section in the block. */
  readonly section: number;
  /** GLSL: the channel of the texel that it is added to. */
  readonly channel: string;
  readonly adjoint: PlanId;
  /** Absent for a vector: its gradient is the adjoint itself. */
  readonly vector: PlanId | undefined;
  /** Whether it is summed over all rows. */
  readonly isSummed: boolean;
}

/**
 * What draws a block's gradients. A matrix's is the sum over all rows of adjoint times vector, element by element; a
 * vector's the sum of its adjoint. Sections stand below one another, so that [x; h; 1]ᵀ dz is one draw.
 *
 * @returns one program, for any ordinary cell. Where a matrix is used so often that one program can't read all of it:
 * several, each of which adds to what the one before drew (the sampler `summed`, drawn at 0, 0)
 */
export function gradientSources(
  arrangement: Arrangement,
  blocks: readonly CellBlock[],
  block: CellBlock,
): readonly string[] {
  const groups: Addend[][] = [[]];
  for (const addend of addendsOf(arrangement, block)) {
    const fuller = [...(groups.at(-1) ?? []), addend];
    const fragment = new Fragment(arrangement, blocks);
    mainOf(fragment, block, fuller, groups.length > 1);
    if (fragment.samplers > MOST_SAMPLERS) groups.push([addend]);
    else groups[groups.length - 1] = fuller;
  }
  return groups.map((addends, k) => {
    const fragment = new Fragment(arrangement, blocks);
    return fragment.source(['gradient'], mainOf(fragment, block, addends, k > 0));
  });
}

function addendsOf({ plan, places }: Arrangement, { sections }: CellBlock): readonly Addend[] {
  return sections.flatMap(({ columns, names }, section) =>
    names.flatMap((name, k): readonly Addend[] => {
      const of = { section, channel: `sum.${CHANNELS[k] ?? 'r'}` };
      if (columns !== 1) return outersOf(plan, name).map((outer) => ({ ...of, ...outer }));
      const total = plan.vectorGradients.get(name);
      const node = plan.nodes[total ?? -1];
      if (total === undefined || node === undefined) return [];
      // A sum over all rows that nobody left is made here.
      return node.op === 'reduce' && !places.has(total)
        ? [{ ...of, adjoint: node.a, vector: undefined, isSummed: true }]
        : [{ ...of, adjoint: total, vector: undefined, isSummed: false }];
    }),
  );
}

function outersOf(plan: Plan, name: string): readonly Pick<Addend, 'adjoint' | 'vector' | 'isSummed'>[] {
  return plan.outers.flatMap(({ vector, adjoints, moment }) =>
    adjoints
      .filter(({ matrix }) => matrix === name)
      .map(({ adjoint }) => ({ adjoint, vector, isSummed: moment === 'after' })),
  );
}

/** @param adds whether this goes on from `summed` */
function mainOf(
  fragment: Fragment,
  { sections }: CellBlock,
  addends: readonly Addend[],
  adds: boolean,
): readonly string[] {
  const at = fragment.uniform('ivec2', 'gradient_at');
  fragment.size('input');
  fragment.size('units');
  const before = adds && `texelFetch(${fragment.uniform('sampler2D', 'summed')}, ivec2(unit, down), 0)`;
  const lines = [
    `int unit = int(gl_FragCoord.x) - ${at}.x;`,
    `int down = int(gl_FragCoord.y) - ${at}.y;`,
    `vec4 sum = ${before || 'vec4(0.0)'};`,
  ];
  for (const k of sections.keys()) {
    const here = addends.filter(({ section }) => section === k);
    if (here.length === 0) continue;
    const summed = here.filter(({ isSummed }) => isSummed);
    const from = heightOf(sections.slice(0, k));
    const to = heightOf(sections.slice(0, k + 1));
    lines.push(`if (down >= ${from} && down < ${to}) {`, `int column = down - ${from};`);
    if (summed.length > 0) {
      // A state is zero before the first step.
      const isState = summed.every(
        ({ vector }) => fragment.arrangement.plan.nodes[vector ?? -1]?.op === 'state',
      );
      overRows(fragment, lines, isState ? 1 : 0, (frame, before, body) =>
        spelled(fragment, summed, body, {
          frame,
          row: 'row',
          hasBefore: isState,
          loop: { over: 'row', before },
        }),
      );
    }
    const single = here.filter(({ isSummed }) => !isSummed);
    for (const [channel, text] of spelled(fragment, single, lines, { frame: undefined, row: '0' }))
      lines.push(`${channel} += ${text};`);
    lines.push('}');
  }
  return [...lines, 'gradient = sum;'];
}

function spelled(
  fragment: Fragment,
  addends: readonly Addend[],
  lines: string[],
  place: Omit<Site, 'index' | 'phases'>,
): readonly (readonly [channel: string, text: string])[] {
  const site = { ...place, phases: [] };
  const ofRow = new Scope(fragment, { ...site, index: 'unit' }, lines);
  const ofColumn = new Scope(fragment, { ...site, index: 'column' }, lines);
  return addends.map(({ channel, adjoint, vector }) => [
    channel,
    vector === undefined ? ofRow.value(adjoint) : `${ofRow.value(adjoint)} * ${ofColumn.value(vector)}`,
  ]);
}
