import { type Draft, type DraftId, readBy } from './draft.ts';

export interface Term {
  readonly id: DraftId;
  readonly negative: boolean;
}

/** The sums of a draft, each with all of its terms. */
export interface Sums {
  /** By the node that is the whole sum: its terms, from left to right. */
  readonly terms: ReadonlyMap<DraftId, readonly Term[]>;
  /** What is part of a sum and nothing else: inner sums, and products, which can be added as they are made. */
  readonly inside: ReadonlySet<DraftId>;
}

/** Everything that the roots wait for. */
export function liveFrom(draft: Draft, roots: Iterable<DraftId>): ReadonlySet<DraftId> {
  const live = new Set<DraftId>(roots);
  for (let id = draft.nodes.length - 1; id >= 0; id--)
    if (live.has(id)) for (const read of readBy(draft.at(id))) live.add(read);
  return live;
}

/** Finds the sums among what is live. Whatever a second reader or a root has is no part of a sum but a term. */
export function sumsOf(draft: Draft, live: ReadonlySet<DraftId>, roots: ReadonlySet<DraftId>): Sums {
  const readers = new Array<number>(draft.nodes.length).fill(0);
  for (const id of live) for (const read of readBy(draft.at(id))) readers[read] = (readers[read] ?? 0) + 1;
  const isPart = (id: DraftId) => readers[id] === 1 && !roots.has(id);

  const terms = new Map<DraftId, readonly Term[]>();
  const inside = new Set<DraftId>();
  for (let root = draft.nodes.length - 1; root >= 0; root--) {
    const { op } = draft.at(root);
    if (!live.has(root) || inside.has(root) || (op !== 'add' && op !== 'sub')) continue;
    const found: Term[] = [];
    const open: Term[] = [{ id: root, negative: false }];
    for (let term = open.pop(); term !== undefined; term = open.pop()) {
      const node = draft.at(term.id);
      const isInner = term.id === root || isPart(term.id);
      // Under a minus an inner sum stays one term: `1 - (W x + b)` needs W x + b as a product that starts from b.
      if (isInner && !term.negative && (node.op === 'add' || node.op === 'sub'))
        open.push({ id: node.b, negative: node.op === 'sub' }, { id: node.a, negative: false });
      else if (isInner && node.op === 'neg') found.push({ id: node.a, negative: !term.negative });
      else {
        found.push(term);
        if (!isInner || term.negative || (node.op !== 'product' && node.op !== 'transposed')) continue;
      }
      if (term.id !== root) inside.add(term.id);
    }
    terms.set(root, found);
  }
  return { terms, inside };
}
