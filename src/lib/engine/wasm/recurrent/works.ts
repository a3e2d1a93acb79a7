import { operandsOf, type Plan, type PlanId, type PlanNode } from '../../plan/plan.ts';
import type { NameOf } from '../opcodes.ts';

/** One pass over some operands, as part of a work. */
export interface Piece {
  readonly op: NameOf<'map'> | NameOf<'zip'> | 'guard';
  readonly reads: readonly PlanId[];
  /** Taken from the sum instead of added to it; only where `op` is `copy`. */
  readonly isNegative: boolean;
}

/** How an element-wise value is made: the sum of its pieces, each added where the others are as soon as it is made. */
export interface Work {
  readonly id: PlanId;
  readonly pieces: readonly Piece[];
}

/**
 * Works of the nodes given, in their order; of a `reduce`, what is added in each step to its sum over the steps. What only one sum reads is a piece of that sum, so that it is made onto it
 * (`mul` that accumulates is the multiply-add).
 *
 * @param isFree whether a value may be such a piece: nothing asks for a place of its own for it
 */
export function worksOf(
  { nodes }: Plan,
  ids: readonly PlanId[],
  isFree: (id: PlanId) => boolean,
): readonly Work[] {
  const listed = new Set(ids);
  const inside = new Set<PlanId>();
  const works: Work[] = [];
  for (const id of ids.toReversed()) {
    if (inside.has(id)) continue;
    const pieces = piecesOf(id, nodes, (part) => listed.has(part) && isFree(part));
    for (const part of pieces.parts) inside.add(part);
    works.unshift({ id, pieces: pieces.pieces });
  }
  return works;
}

function piecesOf(root: PlanId, nodes: readonly PlanNode[], isPart: (id: PlanId) => boolean) {
  const pieces: Piece[] = [];
  const parts: PlanId[] = [];
  const open: { readonly id: PlanId; readonly isNegative: boolean }[] = [{ id: root, isNegative: false }];
  for (let term = open.pop(); term !== undefined; term = open.pop()) {
    const { id, isNegative } = term;
    const node = nodes[id];
    const isWithin = id === root || (!isNegative && isPart(id));
    if (node === undefined || !isWithin || !('a' in node)) {
      pieces.push({ op: 'copy', reads: [id], isNegative });
      continue;
    }
    if (id !== root) parts.push(id);
    if (node.op === 'reduce') open.push({ id: node.a, isNegative });
    // Read twice, it is made once: sums of sums of one value with itself would double at each.
    else if ((node.op === 'add' || node.op === 'sub') && node.a === node.b)
      pieces.push(
        { op: 'copy', reads: [node.a], isNegative: false },
        { op: 'copy', reads: [node.b], isNegative: node.op === 'sub' },
      );
    else if (node.op === 'add' || node.op === 'sub')
      open.push({ id: node.b, isNegative: node.op === 'sub' }, { id: node.a, isNegative: false });
    else pieces.push({ op: node.op, reads: operandsOf(node), isNegative });
  }
  return { pieces, parts };
}
