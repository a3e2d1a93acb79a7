import type { Size } from '../../equations/graph.ts';
import type { PlanId } from '../plan/plan.ts';
import type { Arrangement, Store, Stored } from './arrangement.ts';
import { arrivals } from './arrivals.ts';
import { type CellBlock, CHANNELS } from './cell-blocks.ts';
import { Fragment } from './fragment.ts';
import { FREE, freePlaces, NOW } from './frame.ts';
import { gradientSources } from './gradient-programs.ts';
import type { Phase } from './phases.ts';
import { Scope } from './scope.ts';

/** A texture that a draw writes: of a store of quads, one of its layers. */
export interface Attachment {
  readonly store: Store;
  readonly layer: number;
}

/** One draw of a phase: a fragment for each element of each of its rows. */
export interface CellDraw {
  readonly phase: Phase;
  readonly size: Size;
  readonly attachments: readonly Attachment[];
  readonly source: string;
}

/** All draws of a cell, in their order; those of `step` and `back` once a step. */
interface CellPrograms {
  readonly draws: readonly CellDraw[];
  /** By block: what draws its gradients, see `gradientSources`. */
  readonly gradients: readonly (readonly string[])[];
  /** Draws x's adjoint; undefined where nobody asked for it, or it is zero. */
  readonly inputAdjoint: string | undefined;
  /** Draws the outputs of all steps in the text's order. */
  readonly sequence: string;
  /** Whether values of a step's last stage are left: then the reverse loop has one draw more than steps. */
  readonly leavesLate: boolean;
}

/** @param outputs how many textures one draw may write */
export function cellPrograms(
  arrangement: Arrangement,
  blocks: readonly CellBlock[],
  outputs: number,
): CellPrograms {
  const { phases, stores } = arrangement;
  const draws = phases.all.flatMap((phase) => {
    if (phase.isLate) return [];
    // What the step after leaves late is left by the first draw of the step before.
    const writes = stores.filter(
      ({ phase: of }) => of === phase || (of.isLate && phase === phases.firstBack),
    );
    return (['units', 'input'] as const).flatMap((size) =>
      chunks(writes.filter((store) => store.size === size).flatMap(attachmentsOf), outputs).map(
        (attachments): CellDraw => ({
          phase,
          size,
          attachments,
          source: drawSource(new Fragment(arrangement, blocks), phase, size, attachments),
        }),
      ),
    );
  });
  return {
    draws,
    gradients: blocks.map((block) => gradientSources(arrangement, blocks, block)),
    inputAdjoint: inputAdjointSource(new Fragment(arrangement, blocks)),
    sequence: sequenceSource(new Fragment(arrangement, blocks)),
    leavesLate: stores.some(({ phase }) => phase.isLate),
  };
}

function attachmentsOf(store: Store): Attachment[] {
  return Array.from({ length: Math.ceil(store.stored.length / 4) }, (_, layer) => ({ store, layer }));
}

function chunks<Element>(all: readonly Element[], most: number): Element[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, k) => all.slice(k * most, (k + 1) * most));
}

/** What stands in the four channels of an attachment; in the output's texture, the first only. */
function channelsOf({ store, layer }: Attachment): readonly (Stored | undefined)[] {
  return CHANNELS.map((_, k) => store.stored[4 * layer + k]);
}

function drawSource(
  fragment: Fragment,
  phase: Phase,
  size: Size,
  attachments: readonly Attachment[],
): string {
  const { scope, unit } = OPENINGS[phase.moment](fragment, phase, size);
  const late = attachments.flatMap((attachment) =>
    attachment.store.phase.isLate
      ? channelsOf(attachment).flatMap((stored) => (stored?.kind === 'node' ? [stored.id] : []))
      : [],
  );
  const isFirstBack = phase === fragment.arrangement.phases.firstBack;
  const lateNames = isFirstBack ? arrivals(fragment, scope, late, size) : new Map<PlanId, string>();
  const value = (stored: Stored | undefined): string => {
    if (stored === undefined) return '0.0';
    switch (stored.kind) {
      case 'node':
        return lateNames.get(stored.id) ?? scope.value(stored.id);
      case 'next':
        return scope.next(stored.state);
      case 'total':
        return scope.given(stored.state) ?? '0.0';
    }
  };
  const names = attachments.map((_, k) => `result${k}`);
  const results = attachments.map(
    (attachment, k) => `result${k} = vec4(${channelsOf(attachment).map(value).join(', ')});`,
  );
  return fragment.source(names, [...unit, ...scope.lines, ...results]);
}

/** Where a draw's fragment stands, by moment: GLSL that names `unit`, `row` and what else the scope reads. */
type Opening = (
  fragment: Fragment,
  phase: Phase,
  size: Size,
) => { readonly scope: Scope; readonly unit: readonly string[] };

const once: Opening = (fragment, phase) => ({
  scope: new Scope(fragment, { frame: undefined, row: '0', index: 'unit', phases: [phase] }),
  unit: ['int unit = int(gl_FragCoord.x);'],
});

const allRows: Opening = (fragment, phase, size) => ({
  scope: new Scope(fragment, { frame: FREE, row: 'row', index: 'unit', phases: [phase] }),
  unit: allRowsAt(fragment, size),
});

function allRowsAt(fragment: Fragment, size: Size): readonly string[] {
  const places = freePlaces(fragment);
  return [
    `ivec3 place = placeOf(rows, ivec2(gl_FragCoord.xy), ${fragment.size(size)});`,
    'int unit = place.x;',
    'int row = place.y;',
    'if (place.z >= rows.y) discard;',
    'int step = reversed == 1 ? rows.y - 1 - place.z : place.z;',
    ...places,
  ];
}

const inLoop: Opening = (fragment, phase, size) => {
  const at = fragment.uniform('ivec2', phase.moment === 'step' ? 'step_now' : 'back_now');
  fragment.uniform('int', 'step');
  return {
    scope: new Scope(fragment, { frame: NOW, row: 'row', index: 'unit', phases: [phase] }),
    unit: [
      `int unit = int(gl_FragCoord.x) - ${at}.x * ${fragment.size(size)};`,
      `int row = int(gl_FragCoord.y) - ${at}.y;`,
    ],
  };
};

const OPENINGS: Readonly<Record<Phase['moment'], Opening>> = {
  weights: once,
  inputs: allRows,
  step: inLoop,
  back: inLoop,
  after: allRows,
  total: once,
};

/** x's adjoint, laid out as x is. */
function inputAdjointSource(fragment: Fragment): string | undefined {
  const { plan, phases } = fragment.arrangement;
  const { inputAdjoint } = plan;
  const node = plan.nodes[inputAdjoint ?? -1];
  if (inputAdjoint === undefined || node === undefined) return undefined;
  // Where the stage that it belongs to leaves values too, this computes it beside them.
  const own = node.moment === 'after' ? [phases.of(inputAdjoint)] : [];
  const scope = new Scope(fragment, { frame: FREE, row: 'row', index: 'unit', phases: own });
  const unit = allRowsAt(fragment, 'input');
  const value = scope.value(inputAdjoint);
  return fragment.source(['result'], [...unit, ...scope.lines, `result = vec4(${value}, 0.0, 0.0, 0.0);`]);
}

/** The output after every step: the loop left it in two textures, in the order in which it ran. */
function sequenceSource(fragment: Fragment): string {
  const { next, plan } = fragment.arrangement;
  const place = next.get(plan.output);
  if (place === undefined) throw new Error(`the output ${plan.output} was left by no draw`);
  const scope = new Scope(fragment, { frame: FREE, row: 'row', index: 'unit', phases: [] });
  const unit = allRowsAt(fragment, 'units');
  const value = scope.stored(place, 'now');
  return fragment.source(['result'], [...unit, ...scope.lines, `result = vec4(${value}, 0.0, 0.0, 0.0);`]);
}
