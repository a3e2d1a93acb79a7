import type { Graph } from '../graph.ts';
import { arrange } from './arrangement.ts';
import { type Counts, draw } from './cell-picture.ts';
import { ordersOfGroups } from './choice.ts';
import type { Drawing, ElementId } from './elements.ts';
import { faults } from './faults.ts';
import { FRAMES, type Frame, type FrameName } from './frame.ts';
import type { Unlettered } from './picture.ts';
import { rowsOf } from './rows.ts';
import { place, type Size, type Slid } from './slide.ts';
import { wire } from './wiring.ts';

/** What is more than this is not searched for one picture of all: it would tangle. */
const MOST = { gates: 7, elements: 44, stages: 4, orders: 24, routed: 6 } as const;

/** The more there is to slide, the fewer orders are tried, so that no cell takes long. */
function tries(moving: number): { readonly orders: number; readonly routed: number } {
  const share = (work: number, least: number, most: number) =>
    Math.max(least, Math.min(most, Math.floor(work / Math.max(1, moving))));
  return { orders: share(160, 4, MOST.orders), routed: share(36, 2, MOST.routed) };
}

/** A rough placement that costs more has things in one place that no care would part. */
const TANGLED = 800;

/** What a picture costs: its wires, and what makes a picture hard to read. */
const PRICE = { bend: 30, crossing: 90, misorder: 20 } as const;

/**
 * The cell as one picture; undefined where it has no rows, is wider than its frame, or a wire finds no way.
 *
 * @param kept names of gates from left to right, as an earlier picture of this text had them
 */
export function cellForm(
  graph: Graph,
  drawing: Drawing,
  name: FrameName,
  kept: readonly string[],
): Unlettered | undefined {
  const frame: Frame = FRAMES[name];
  if (drawing.elements.length > MOST.elements) return undefined;
  const arrangement = arrange(graph, drawing);
  if (arrangement === undefined) return undefined;
  const { gates, stages } = arrangement;
  const deepest = Math.max(0, ...gates.map((id) => stages.get(id) ?? 0));
  if (gates.length > MOST.gates || deepest > MOST.stages) return undefined;
  const rows = rowsOf(drawing, arrangement, frame);
  const wished = wishedOrder(drawing, gates, kept);
  const groups = Array.from({ length: deepest + 1 }, (_, stage) =>
    wished.filter((id) => (stages.get(id) ?? 0) === stage),
  ).filter((group) => group.length > 0);
  const rank = new Map(wished.map((id, k) => [id, k]));
  const effort = tries(rows.y.size);
  const candidates = ordersOfGroups(groups, effort.orders);
  for (const size of sizesOf(frame)) {
    const placed = candidates
      .map((order) => {
        const { cost } = place(drawing, arrangement, rows, frame, order, size, false);
        const misorder = inversions(order, rank);
        return { order, misorder, rough: cost + misorder * (kept.length > 0 ? 6 : 0.6) };
      })
      .sort((a, b) => a.rough - b.rough)
      .filter(({ rough }) => rough < TANGLED)
      .slice(0, effort.routed)
      .map(({ order, misorder }) => ({
        slid: place(drawing, arrangement, rows, frame, order, size, true),
        misorder,
      }))
      .filter(({ slid }) => slid.width * frame.cell <= frame.width);
    let best: { picture: Unlettered; price: number } | undefined;
    for (const { slid, misorder } of placed) {
      if (overlaps(slid)) continue;
      const wiring = wire(drawing, arrangement, rows, slid, frame);
      if (wiring.lost.length > 0) continue;
      const { picture, counts } = draw(drawing, arrangement, rows, slid, wiring, frame, name);
      const price = priceOf(counts) + PRICE.misorder * misorder * (kept.length > 0 ? 5 : 1);
      if ((best === undefined || price < best.price) && faults(picture, frame).length === 0)
        best = { picture, price };
    }
    if (best !== undefined) return best.picture;
    // Where it would fit and no wire finds its way, less room is no help.
    if (placed.length > 0) return undefined;
  }
  return undefined;
}

function priceOf({ crossings, bends, length }: Counts): number {
  return length / 5 + PRICE.bend * bends + PRICE.crossing * crossings;
}

function sizesOf({ gates, gaps }: Frame): Size[] {
  return gates.flatMap((gate) => gaps.map((gap) => ({ gate, gap })));
}

/** Gates in the order of an earlier picture, new ones where the text has them. */
function wishedOrder(
  { elements }: Drawing,
  gates: readonly ElementId[],
  kept: readonly string[],
): ElementId[] {
  const place = (id: ElementId, k: number) => {
    const before = kept.indexOf(elements[id]?.name ?? '');
    return before < 0 ? k : before;
  };
  return gates
    .map((id, k) => ({ id, place: place(id, k), k }))
    .sort((a, b) => a.place - b.place || a.k - b.k)
    .map(({ id }) => id);
}

function inversions(order: readonly ElementId[], rank: ReadonlyMap<ElementId, number>): number {
  let count = 0;
  for (const [k, id] of order.entries())
    for (const later of order.slice(k + 1)) if ((rank.get(later) ?? 0) < (rank.get(id) ?? 0)) count++;
  return count;
}

function overlaps({ spots }: Slid): boolean {
  const all = [...spots.values()];
  return all.some((a, k) =>
    all
      .slice(k + 1)
      .some(
        (b) =>
          Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth + 1 &&
          Math.abs(a.y - b.y) < a.halfHeight + b.halfHeight + 1,
      ),
  );
}
