import type { Size } from '../../../equations/graph.ts';
import type { Plan, PlanId, PlanNode } from '../../plan/plan.ts';
import type { Tape } from '../tape.ts';
import type { Bands } from './bands.ts';
import type { Biases } from './biases.ts';
import type { Matrices } from './matrices.ts';
import type { Item } from './order.ts';
import { blockAt, type Lodging, type Pass, passesOf, put, type Surroundings, type When } from './passes.ts';
import type { Scratch } from './scratch.ts';
import type { Slots } from './slots.ts';

/** An instruction or a few, at a step of a loop or once for all rows. */
export interface Writing {
  readonly write: (tape: Tape, when: When) => void;
  /** What it makes; where nothing but the step before reads that, the first step needs no such instruction. */
  readonly makes: readonly PlanId[];
  /** A product that adds what comes of a state: nothing at the first step, where states are zero. */
  readonly addsState: boolean;
}

/** What bodies of a cell's tape have in common. */
export interface Cell {
  readonly plan: Plan;
  readonly slots: Slots;
  readonly bands: Bands;
  readonly matrices: Matrices;
  /** Where values lie; values in scratch are there while their body is written. */
  readonly lodgings: Map<PlanId, Lodging>;
  readonly guard: Surroundings['guard'];
  readonly biases: Biases;
}

/** A product of a panel. */
interface Member {
  readonly id: PlanId;
  readonly node: Extract<PlanNode, { readonly op: 'product' }>;
  /** Whether it is added to what lies where it goes. */
  readonly isOnto: boolean;
}

/** Writes the items of one body, in their order, and finds scratch for what has no place of its own. */
export class Writer {
  readonly #cell: Cell;
  readonly #scratch: Scratch;
  readonly #lastReads = new Map<PlanId, number>();
  /** Values that may be overwritten once nothing reads them, though they lie in no scratch: seeds. */
  readonly #yielding: ReadonlySet<PlanId>;
  /** Where values are from now on that had to make room; other bodies find them where they were. */
  readonly #moved = new Map<PlanId, Lodging>();
  readonly #writings: Writing[] = [];

  /**
   * @param lasting values that are read when the body is done
   * @param yielding values of others whose places may be taken over after their last reader
   */
  constructor(
    cell: Cell,
    scratch: Scratch,
    items: readonly Item[],
    lasting: readonly (PlanId | undefined)[] = [],
    yielding: ReadonlySet<PlanId> = new Set(),
  ) {
    this.#cell = cell;
    this.#scratch = scratch;
    this.#yielding = yielding;
    for (const [place, { reads }] of items.entries()) for (const id of reads) this.#lastReads.set(id, place);
    for (const id of lasting) if (id !== undefined) this.#lastReads.set(id, Number.POSITIVE_INFINITY);
    for (let place = 0; place < items.length; place += this.#write(items, place));
  }

  get writings(): readonly Writing[] {
    return this.#writings;
  }

  /** Writes the item at a place, and what can be done in the same pass; gives how many items that were. */
  #write(items: readonly Item[], place: number): number {
    const item = items[place];
    if (item === undefined) return 1;
    if (item.isInPlace) {
      const together = functionsFrom(items, place);
      this.#inPlace(together);
      return together.length;
    }
    this.#evict(item, place);
    if (item.work !== undefined) this.#work(item, place);
    else if (this.#node(item.products[0]).op === 'product') this.#products(item);
    else this.#productBack(item, place);
    return 1;
  }

  #node(id: PlanId | undefined): PlanNode {
    const node = this.#cell.plan.nodes[id ?? -1];
    if (node === undefined) throw new Error(`the plan has no node ${id}`);
    return node;
  }

  readonly #lodgingOf = (id: PlanId): Lodging => {
    const lodging = this.#moved.get(id) ?? this.#cell.lodgings.get(id);
    if (lodging === undefined) throw new Error(`node ${id} (${this.#node(id).op}) is read but lies nowhere`);
    return lodging;
  };

  #emit(makes: readonly PlanId[], passes: readonly Pass[]): void {
    for (const pass of passes)
      this.#writings.push({ makes, addsState: false, write: (tape, when) => put(pass, tape, when) });
  }

  /** Functions of sums that lie side by side, each run in one pass. */
  #inPlace(items: readonly Item[]): void {
    const { bands } = this.#cell;
    const idOf = ({ makes }: Item) => makes[0] ?? -1;
    const opOf = (item: Item) => item.work?.pieces[0]?.op;
    const runs = bands.runs(bands.inOrder(items, idOf), idOf, (a, b) => opOf(a) === opOf(b));
    for (const run of runs) {
      const op = opOf(run[0] as Item);
      if (op === undefined || op === 'guard') throw new Error('a function in place has one piece');
      const ids = run.map(idOf);
      const out = bands.together(ids, this.#lodgingOf);
      this.#emit(ids, [{ op: op as Pass['op'], out, operands: [out], accumulate: false }]);
    }
  }

  /** What lies where an item's value goes, and is still to be read, moves out. */
  #evict({ destroys, makes }: Item, place: number): void {
    if (destroys === undefined || (this.#lastReads.get(destroys) ?? -1) <= place) return;
    const from = this.#lodgingOf(destroys);
    const to = this.#scratch.take(this.#node(destroys).size ?? 'units');
    this.#emit(makes, [{ op: 'copy', out: to, operands: [from], accumulate: false }]);
    this.#moved.set(destroys, to);
  }

  #work(item: Item, place: number): void {
    const { work } = item;
    if (work === undefined) return;
    const { id, pieces } = work;
    const size = this.#node(id).size ?? 'units';
    const known = this.#cell.lodgings.get(id);
    const spares: Lodging[] = [];
    const around = {
      lodgingOf: this.#lodgingOf,
      guard: this.#cell.guard,
      spare: () => {
        const spare = this.#scratch.take(size);
        spares.push(spare);
        return spare;
      },
    };
    const isSum = this.#node(id).op === 'reduce';
    const out = known ?? this.#room(item, place, size, pieces.length === 1);
    this.#emit([id], passesOf(pieces, out, around, isSum));
    this.#cell.lodgings.set(id, out);
    for (const spare of spares) this.#scratch.give(spare);
    this.#release(item, place, out);
  }

  /** Scratch for an item's value: the place of an operand that dies with it, or any. */
  #room(item: Item, place: number, size: Size, isOnePass: boolean): Lodging {
    const dying = item.reads.filter(
      (id) => this.#lastReads.get(id) === place && this.#node(id).size === size,
    );
    const bases = isOnePass
      ? dying
      : dying.filter((id) =>
          item.work?.pieces.some(
            ({ op, reads, isNegative }) => op === 'copy' && !isNegative && reads[0] === id,
          ),
        );
    for (const id of bases) {
      const lodging = this.#lodgingOf(id);
      if (this.#scratch.has(lodging) || this.#yielding.has(id)) return lodging;
    }
    return this.#scratch.take(size);
  }

  /** Gives back the scratch of what nothing will read any more. */
  #release(item: Item, place: number, taken: Lodging): void {
    const given = new Set<Lodging>([taken]);
    for (const id of item.reads) {
      if (this.#lastReads.get(id) !== place) continue;
      const lodging = this.#lodgingOf(id);
      if (!given.has(lodging)) this.#scratch.give(lodging);
      given.add(lodging);
    }
  }

  /** A panel: one product for all members that lie side by side and begin alike. */
  #products({ products }: Item): void {
    const members = products.map((id) => {
      const node = this.#node(id);
      if (node.op !== 'product') throw new Error(`node ${id} is ${node.op}, not a product`);
      const { start } = node;
      const isShared =
        start !== undefined && this.#node(start).moment === 'weights' && node.moment !== 'weights';
      return { id, node, isOnto: start !== undefined && !isShared };
    });
    const { bands } = this.#cell;
    const idOf = ({ id }: Member) => id;
    // Of `U h + V h` the second product starts from the first, which then has to be done.
    const isChained = ({ node }: Member) => products.includes(node.start ?? -1);
    const ordered = bands.inOrder(
      members.filter((member) => !isChained(member)),
      idOf,
    );
    for (const run of bands.runs(ordered, idOf, (a, b) => a.isOnto === b.isOnto)) this.#product(run);
    for (const member of members.filter(isChained)) this.#product([member]);
  }

  #product(run: readonly Member[]): void {
    const { bands, matrices, plan, biases } = this.#cell;
    const [first] = run;
    if (first === undefined) return;
    const { isOnto, node } = first;
    const ids = run.map(({ id }) => id);
    const starts = run.map((member) => member.node.start);
    if (isOnto) for (const [k, id] of ids.entries()) this.#bring(starts[k] ?? id, id);
    const hasBias = !isOnto && starts.some((start) => start !== undefined);
    const sizes = run.map((member) => member.node.size ?? 'units');
    const bias = hasBias ? biases.row(starts, sizes) : undefined;
    const out = bands.together(ids, this.#lodgingOf);
    const vector = this.#lodgingOf(node.vector);
    const right = matrices.right(run.map((member) => member.node.matrix));
    const options = bias === undefined ? { accumulate: isOnto } : { bias };
    this.#writings.push({
      makes: ids,
      addsState: isOnto && plan.nodes[node.vector]?.op === 'state',
      write: (tape, when) => tape.gemm(blockAt(out, when), blockAt(vector, when), right, options),
    });
  }

  /** Copies a value to another's place, if it isn't there. */
  #bring(from: PlanId, to: PlanId): void {
    const [source, out] = [this.#lodgingOf(from), this.#lodgingOf(to)];
    if (source !== out) this.#emit([to], [{ op: 'copy', out, operands: [source], accumulate: false }]);
  }

  /** The sum over a panel's matrices, one product for all adjoints that lie side by side. */
  #productBack(item: Item, place: number): void {
    const { bands, matrices, lodgings } = this.#cell;
    const [id = -1] = item.products;
    const node = this.#node(id);
    if (node.op !== 'productBack') throw new Error(`node ${id} is ${node.op}, not a product`);
    const size = node.size ?? 'units';
    const { start } = node;
    const isStartFree =
      start !== undefined &&
      this.#lastReads.get(start) === place &&
      this.#scratch.has(this.#lodgingOf(start));
    const out = lodgings.get(id) ?? (isStartFree ? this.#lodgingOf(start) : this.#scratch.take(size));
    lodgings.set(id, out);
    if (start !== undefined) this.#bring(start, id);
    let isOnto = start !== undefined;
    const ordered = bands.inOrder(node.terms, ({ adjoint }) => adjoint);
    for (const run of bands.runs(ordered, ({ adjoint }) => adjoint)) {
      const adjoints = bands.together(
        run.map(({ adjoint }) => adjoint),
        this.#lodgingOf,
      );
      const left = matrices.left(run.map(({ matrix }) => matrix));
      const accumulate = isOnto;
      this.#writings.push({
        makes: [id],
        addsState: false,
        write: (tape, when) => tape.gemm(blockAt(out, when), blockAt(adjoints, when), left, { accumulate }),
      });
      isOnto = true;
    }
    this.#release(item, place, out);
  }
}

/** Functions in place from one item on, none of which waits for another of them. */
function functionsFrom(items: readonly Item[], place: number): readonly Item[] {
  const made = new Set<PlanId>();
  const found: Item[] = [];
  for (const item of items.slice(place)) {
    if (!item.isInPlace || item.reads.some((id) => made.has(id))) break;
    for (const id of item.makes) made.add(id);
    found.push(item);
  }
  return found;
}
