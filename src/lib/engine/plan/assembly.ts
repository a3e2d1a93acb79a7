import type { Size } from '../../equations/graph.ts';
import { type Draft, type DraftId, type DraftNode, type Kind, kindOf } from './draft.ts';
import { operandsOf, type Panel, type PlanId, type PlanOperation } from './plan.ts';
import { liveFrom, type Sums, sumsOf, type Term } from './sums.ts';

/** A plan's node before it has a moment. */
export type Assembled = PlanOperation & { readonly size: Size | undefined; readonly kind: Kind };

/** A sum while terms join it. */
interface Unfinished {
  readonly value: PlanId | undefined;
  /** Terms with a minus, as long as there is nothing that they could be taken from. */
  readonly waiting: readonly DraftId[];
}

/** What forward values wait for, in the order in which it comes. */
const FORWARD: readonly Kind[] = ['weights', 'inputs', 'step'];

/**
 * From a draft, what its roots wait for, in topological order, with sums put in order.
 *
 * A forward sum is taken as its terms come to be known: `Wf x + Uf h + bf` as (bf + Wf x) + Uf h, each product starting
 * from what was there before it. Of an adjoint's sum all products are one (the matrices one above the other, the
 * adjoints side by side), which starts from the terms that are known before it. Equal up to rounding.
 */
export class Assembly {
  readonly nodes: Assembled[] = [];
  readonly #draft: Draft;
  readonly #sums: Sums;
  readonly #places = new Map<DraftId, PlanId>();
  /** By vector: its number, and the products of it. */
  readonly #panels = new Map<PlanId, { readonly number: number; readonly members: PlanId[] }>();

  constructor(draft: Draft, roots: ReadonlySet<DraftId>) {
    this.#draft = draft;
    const live = liveFrom(draft, roots);
    this.#sums = sumsOf(draft, live, roots);
    for (const [id, node] of draft.nodes.entries())
      if (live.has(id) && !this.#sums.inside.has(id)) this.#places.set(id, this.#place(id, node));
  }

  get panels(): readonly Panel[] {
    return [...this.#panels].map(([vector, { members }]) => ({ vector, members }));
  }

  /** Where a node of the draft is. @throws Error for one that is part of a sum, or that nothing waits for */
  at(id: DraftId): PlanId {
    const place = this.#places.get(id);
    if (place === undefined) throw new Error(`node ${id} of the draft is read but has no place`);
    return place;
  }

  #place(id: DraftId, node: DraftNode): PlanId {
    const terms = this.#sums.terms.get(id);
    if (terms !== undefined)
      return FORWARD.includes(node.kind) ? this.#forward(terms) : this.#backward(terms);
    const { kind, level, wild, ...given } = node;
    const { size, ...operation } = given;
    switch (operation.op) {
      case 'product':
        return this.#product(id, undefined);
      case 'transposed':
        return this.#productBack([id], undefined);
      default:
        if ('b' in operation)
          return this.#emit({ ...operation, a: this.at(operation.a), b: this.at(operation.b) });
        return 'a' in operation
          ? this.#emit({ ...operation, a: this.at(operation.a) })
          : this.#emit(operation, size);
    }
  }

  #emit(operation: PlanOperation, given?: Size): PlanId {
    const read = operandsOf(operation).map((id) => this.#node(id));
    const size = given ?? read.find((node) => node.size !== undefined)?.size;
    return this.nodes.push({ ...operation, size, kind: kindOf(operation.op, read) }) - 1;
  }

  #node(id: PlanId): Assembled {
    const node = this.nodes[id];
    if (node === undefined) throw new Error(`there is no node ${id}: the assembly is out of order`);
    return node;
  }

  #product(id: DraftId, start: PlanId | undefined): PlanId {
    const { node, vector } = this.#factor(id);
    const panel = this.#panels.get(vector) ?? { number: this.#panels.size, members: [] };
    this.#panels.set(vector, panel);
    const place = this.#emit(
      { op: 'product', matrix: node.matrix, vector, start, panel: panel.number },
      node.size,
    );
    panel.members.push(place);
    return place;
  }

  #productBack(ids: readonly DraftId[], start: PlanId | undefined): PlanId {
    const factors = ids.map((id) => this.#factor(id));
    const terms = factors.map(({ node, vector }) => ({ matrix: node.matrix, adjoint: vector }));
    return this.#emit({ op: 'productBack', terms, start }, factors[0]?.node.size);
  }

  #factor(id: DraftId) {
    const node = this.#draft.at(id);
    if (node.op !== 'product' && node.op !== 'transposed')
      throw new Error(`node ${id} of the draft is ${node.op}, expected a product`);
    return { node, vector: this.at(node.vector) };
  }

  #forward(terms: readonly Term[]): PlanId {
    const kinds = terms.filter((term) => !this.#isNumber(term)).map(({ id }) => this.#draft.at(id).kind);
    // Numbers join what is known first.
    const first = FORWARD.find((kind) => kinds.includes(kind));
    let sum: Unfinished = { value: undefined, waiting: [] };
    for (const kind of FORWARD) {
      const known = terms.filter((term) =>
        this.#isNumber(term) ? kind === first : this.#draft.at(term.id).kind === kind,
      );
      const products = this.#inOrder(known.filter((term) => this.#isFused(term)));
      for (const { id } of products) sum = { ...sum, value: this.#product(id, sum.value) };
      sum = this.#plus(
        sum,
        known.filter((term) => !products.includes(term)),
      );
    }
    return this.#finish(sum);
  }

  /** One order for the products of all sums, so that no two panels wait for each other. */
  #inOrder(products: readonly Term[]): readonly Term[] {
    const order = ({ id }: Term) => {
      const { node, vector } = this.#factor(id);
      return { level: node.level, vector };
    };
    return products.toSorted((p, q) => {
      const [first, second] = [order(p), order(q)];
      return first.level - second.level || first.vector - second.vector;
    });
  }

  #backward(terms: readonly Term[]): PlanId {
    const products = terms.filter((term) => this.#isFused(term)).map(({ id }) => id);
    const level = Math.max(...products.map((id) => this.#draft.at(id).level));
    const others = terms.filter(({ id }) => !products.includes(id));
    const isBefore = ({ id }: Term) => this.#draft.at(id).level < level;
    let sum: Unfinished = { value: undefined, waiting: [] };
    if (products.length > 0) {
      sum = this.#plus(sum, others.filter(isBefore));
      sum = { ...sum, value: this.#productBack(products, sum.value) };
    }
    return this.#finish(
      this.#plus(
        sum,
        others.filter((term) => products.length === 0 || !isBefore(term)),
      ),
    );
  }

  #isNumber({ id }: Term): boolean {
    return this.#draft.at(id).op === 'number';
  }

  /** Whether a term is a product that nothing else reads: then it is made onto what is there already. */
  #isFused({ id, negative }: Term): boolean {
    return !negative && this.#sums.inside.has(id);
  }

  /** Adds terms, those with a minus last; while there is nothing to subtract them from, they wait. */
  #plus({ value, waiting }: Unfinished, terms: readonly Term[]): Unfinished {
    const positive = terms.filter(({ negative }) => !negative);
    let sum = value;
    for (const { id } of [
      ...positive.filter((term) => !this.#isNumber(term)),
      ...positive.filter((term) => this.#isNumber(term)),
    ])
      sum = sum === undefined ? this.at(id) : this.#emit({ op: 'add', a: sum, b: this.at(id) });
    const left = [...waiting, ...terms.filter(({ negative }) => negative).map(({ id }) => id)];
    if (sum === undefined) return { value: sum, waiting: left };
    for (const id of left) sum = this.#emit({ op: 'sub', a: sum, b: this.at(id) });
    return { value: sum, waiting: [] };
  }

  #finish({ value, waiting }: Unfinished): PlanId {
    const [first, ...rest] = waiting;
    if (first === undefined) {
      if (value === undefined) throw new Error('a sum has no terms');
      return value;
    }
    return rest.reduce(
      (sum, id) => this.#emit({ op: 'sub', a: sum, b: this.at(id) }),
      this.#emit({ op: 'neg', a: this.at(first) }),
    );
  }
}
