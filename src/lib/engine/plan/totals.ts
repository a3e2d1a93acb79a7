import type { Draft, DraftId, DraftNode } from './draft.ts';

/**
 * Sums over all rows, taken as early as they can be: an adjoint is linear in the seeds, so what follows with factors
 * that all rows share (of kind `weights`) can be done once, on the sum. `b` in `W x + b` then needs only the sum of the
 * product's own adjoint, and a chain such as `U (b * d)` goes back on one row.
 *
 * @param wanted adjoints whose sums over all rows are wanted
 * @param guarded gives what may be summed: the value, or the value without padded rows
 * @returns by adjoint, the node that is its sum
 */
export function totalsOf(
  draft: Draft,
  wanted: Iterable<DraftId>,
  guarded: (id: DraftId) => DraftId,
): ReadonlyMap<DraftId, DraftId> {
  const needed = new Set(wanted);
  const end = draft.nodes.length;
  for (let id = end - 1; id >= 0; id--)
    if (needed.has(id)) for (const operand of linearIn(draft, draft.at(id))) needed.add(operand);

  const totals = new Map<DraftId, DraftId>();
  const total = (id: DraftId): DraftId => totals.get(id) ?? id;
  for (let id = 0; id < end; id++) {
    if (!needed.has(id)) continue;
    const node = draft.at(id);
    totals.set(
      id,
      linearIn(draft, node).length === 0
        ? draft.emit({ op: 'reduce', a: guarded(id) }, node.size)
        : again(draft, node, total),
    );
  }
  return totals;
}

/** The operands that a value is linear in, if all else that it reads is the same in every row. */
function linearIn(draft: Draft, node: DraftNode): readonly DraftId[] {
  const isShared = (id: DraftId) => draft.at(id).kind === 'weights';
  switch (node.op) {
    case 'neg':
      return [node.a];
    case 'transposed':
      return [node.vector];
    case 'add':
    case 'sub':
      return isShared(node.a) || isShared(node.b) ? [] : [node.a, node.b];
    case 'mul':
      return isShared(node.b) ? [node.a] : isShared(node.a) ? [node.b] : [];
    case 'div':
    case 'sigmoidBack':
    case 'tanhBack':
      return isShared(node.b) ? [node.a] : [];
    default:
      return [];
  }
}

/** The same operation on sums. */
function again(draft: Draft, node: DraftNode, total: (id: DraftId) => DraftId): DraftId {
  if ('b' in node) return draft.binary(node.op, total(node.a), total(node.b));
  if (node.op === 'neg') return draft.unary(node.op, total(node.a));
  if (node.op === 'transposed') return draft.emit({ ...fields(node), vector: total(node.vector) }, node.size);
  throw new Error(`${node.op} is not linear`);
}

function fields({ op, matrix }: Extract<DraftNode, { readonly op: 'product' | 'transposed' }>) {
  return { op, matrix } as const;
}
