import type { Size } from '../../equations/graph.ts';
import type { BinaryOperation, PlanOperation, UnaryOperation } from './plan.ts';

/** Index into `Draft.nodes`. */
export type DraftId = number;

/** As in a plan, but for sums and products, which are still one by one. */
type DraftOperation =
  | Exclude<PlanOperation, { readonly op: 'product' | 'productBack' }>
  | { readonly op: 'product' | 'transposed'; readonly matrix: string; readonly vector: DraftId };

/**
 * What a value waits for, each for more than the one before: nothing but parameters, the inputs, a state, what comes
 * back from later steps; or (`total`) that all rows have been summed.
 */
export const KINDS = ['weights', 'inputs', 'step', 'seeded', 'total'] as const;
export type Kind = (typeof KINDS)[number];

export type DraftNode = DraftOperation & {
  readonly size: Size | undefined;
  readonly kind: Kind;
  /** How many products stand before it, one waiting for the other, among values of its kind. */
  readonly level: number;
  /** Whether it may be infinite or NaN although what it is made from is not. */
  readonly wild: boolean;
};

const GIVEN: ReadonlyMap<string, Kind> = new Map([
  ['number', 'weights'],
  ['parameter', 'weights'],
  ['input', 'inputs'],
  ['state', 'step'],
  ['keep', 'step'],
  ['seed', 'seeded'],
  ['reduce', 'total'],
] as const);

/** Functions that have poles, or that overflow for numbers of ordinary size. */
const WILD: ReadonlySet<DraftOperation['op']> = new Set(['log', 'sqrt', 'exp', 'div'] as const);

/** The nodes that a draft's node reads. */
export function readBy(node: DraftOperation): readonly DraftId[] {
  if ('vector' in node) return [node.vector];
  if ('b' in node) return [node.a, node.b];
  return 'a' in node ? [node.a] : [];
}

/**
 * A plan in the making: nodes in topological order, the same operation on the same operands only once, so that both
 * passes and all uses of a value share it.
 */
export class Draft {
  readonly nodes: DraftNode[] = [];
  readonly #known = new Map<string, DraftId>();

  at(id: DraftId): DraftNode {
    const node = this.nodes[id];
    if (node === undefined) throw new Error(`there is no node ${id}: the draft is out of order`);
    return node;
  }

  number(value: number): DraftId {
    return this.emit({ op: 'number', value }, undefined);
  }

  unary(op: UnaryOperation, a: DraftId): DraftId {
    // relu's value is positive where its argument is, so the argument need not be kept for its derivative.
    const relu = op === 'positive' ? this.#find({ op: 'relu', a }) : undefined;
    return this.emit({ op, a: relu ?? a }, this.at(a).size);
  }

  binary(op: BinaryOperation, a: DraftId, b: DraftId): DraftId {
    const back = op === 'mul' ? this.#derivativeOf(b) : undefined;
    const size = this.at(a).size ?? this.at(b).size;
    return back === undefined
      ? this.emit({ op, a, b }, size)
      : this.emit({ op: back.op, a, b: back.value }, size);
  }

  emit(operation: DraftOperation, size: Size | undefined): DraftId {
    const key = spelled(operation);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const read = readBy(operation).map((id) => this.at(id));
    const kind = kindOf(operation.op, read);
    const before = Math.max(0, ...read.filter((node) => node.kind === kind).map((node) => node.level));
    const level = 'vector' in operation ? before + 1 : before;
    const id = this.nodes.push({ ...operation, size, kind, level, wild: this.#isWild(operation, read) }) - 1;
    this.#known.set(key, id);
    return id;
  }

  #isWild(operation: DraftOperation, read: readonly DraftNode[]): boolean {
    if (operation.op === 'guard') return false;
    if (read.some(({ wild }) => wild)) return true;
    if (!WILD.has(operation.op)) return false;
    const divisor = operation.op === 'div' ? read[1] : undefined;
    return !(divisor?.op === 'number' && divisor.value !== 0);
  }

  #find(operation: DraftOperation): DraftId | undefined {
    return this.#known.get(spelled(operation));
  }

  /** Whether a factor is y (1 − y) of a sigmoid y or 1 − y² of a tanh y: then the product is one operation. */
  #derivativeOf(
    factor: DraftId,
  ): { readonly op: 'sigmoidBack' | 'tanhBack'; readonly value: DraftId } | undefined {
    const node = this.at(factor);
    const isOne = (id: DraftId) => {
      const one = this.at(id);
      return one.op === 'number' && one.value === 1;
    };
    if (node.op === 'mul' && this.at(node.a).op === 'sigmoid') {
      const rest = this.at(node.b);
      if (rest.op === 'sub' && rest.b === node.a && isOne(rest.a))
        return { op: 'sigmoidBack', value: node.a };
    }
    if (node.op === 'sub' && isOne(node.a)) {
      const square = this.at(node.b);
      if (square.op === 'mul' && square.a === square.b && this.at(square.a).op === 'tanh')
        return { op: 'tanhBack', value: square.a };
    }
    return undefined;
  }
}

/** The kind of an operation on such operands: that of the last of them to be known. */
export function kindOf(
  op: PlanOperation['op'] | 'transposed',
  read: readonly { readonly kind: Kind }[],
): Kind {
  const last = Math.max(0, ...read.map(({ kind }) => KINDS.indexOf(kind)));
  return GIVEN.get(op) ?? KINDS[last] ?? 'weights';
}

/** An operation as a key: equal where the operations are. */
function spelled(operation: DraftOperation): string {
  // -0, infinities and NaN are numbers that JSON doesn't have.
  return operation.op === 'number'
    ? `number ${Object.is(operation.value, -0) ? '-0' : operation.value}`
    : JSON.stringify(operation);
}
