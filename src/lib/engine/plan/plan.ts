import type { BinaryFunction, BinaryOperator, Graph, Size, UnaryFunction } from '../../equations/graph.ts';

/**
 * What a kernel has to do to run a cell over a batch of sequences, forward and backward: the cell's graph and its
 * gradient's as one list of nodes, each with the moment at which it is computed. Both kernels (the WASM tape, the
 * WebGL programs) read it, and `interpreter.ts` beside the tests shows in plain float64 how.
 *
 * A vector's value is a matrix of rows, `[rows, size]`, a row for each example (and step), time outermost; how many
 * rows follows from its moment. A batch goes through the moments in the order of `MOMENTS`:
 *
 * | moment    | rows         | when |
 * |-----------|--------------|------|
 * | `weights` | 1            | once a batch: what is computed from parameters alone |
 * | `inputs`  | steps · batch | before the loop, all steps at once: what needs no state |
 * | `step`    | batch        | in the loop, t from first to last |
 * | `back`    | batch        | in the reverse loop: what some state's outgoing adjoint waits for |
 * | `after`   | steps · batch | after the loop, all steps at once: every other adjoint |
 * | `total`   | 1            | adjoints of what is computed from parameters alone, summed over examples and steps |
 *
 * **States** are zero before the first step. Where a step is padding, every state is carried, `select(mask, after,
 * before)`, and what was computed is dropped, a NaN too.
 *
 * **Adjoints of states.** A `seed` is what a state's next value receives: the carried adjoint, which is the next
 * step's `adjoint` of that state (zero at the last step), plus, at the output, what the loss says about this step (at
 * the last one, or, where the layer gives sequences, at every one). Where the step is padding the seed is zero, so that
 * the step adds to no gradient, and the sum that would have been the seed is what the step before receives:
 * `carried = select(mask, adjoint, carried + loss)`. All states move at once: an `adjoint` may be another state's seed.
 *
 * **Gradients.** A vector's is a `total` node. A matrix's is the sum over `outers`: adjointᵀ vector, over all rows.
 */
export interface Plan {
  /** The cell it was made from. */
  readonly graph: Graph;
  /** In topological order; only what something waits for. */
  readonly nodes: readonly PlanNode[];
  /**
   * What is computed at each moment, in stages: a stage is first its products, then its element-wise values. A value
   * that is computed again rather than kept (`again`) stands in two moments or more.
   * In the loops a stage is what a kernel can do without waiting for other units: LSTM, Elman and the GRU that resets
   * after its product have one product stage each way, the GRU that resets before has two. Stage 0 has no products:
   * what needs none (in `back`, all between the seeds and the first product).
   */
  readonly stages: Readonly<Record<Moment, readonly Stage[]>>;
  /** Products of one vector by several matrices. Each `product` node is a member of one. */
  readonly panels: readonly Panel[];
  /**
   * Nodes of the loops whose values at all steps are read at a later moment (`step` nodes by `back` or `after`, `back`
   * nodes, seeds too, by `after` or `total`), and states whose values before each step are. The others are scratch.
   * What is given, and values of `weights` and `inputs`, are there anyway.
   */
  readonly kept: ReadonlySet<PlanId>;
  /** Those that can reach the output; no other state is computed. */
  readonly states: readonly PlanState[];
  /** The name of the state that the cell gives out. */
  readonly output: string;
  /** The adjoint of x; absent where nobody asked for it, or where x reaches no loss. */
  readonly inputAdjoint: PlanId | undefined;
  /** By vector parameter: the `total` node that is its gradient; one that is absent has a gradient of zeros. */
  readonly vectorGradients: ReadonlyMap<string, PlanId>;
  /** A matrix that stands in none has a gradient of zeros; one that stands in several adds them up. */
  readonly outers: readonly OuterPanel[];
  /** What a padded row's dropped values could spoil is guarded; see the `guard` operation. */
  readonly masked: boolean;
}

/** Index into `Plan.nodes`. */
export type PlanId = number;

export const MOMENTS = ['weights', 'inputs', 'step', 'back', 'after', 'total'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Element-wise, of one value. */
export type UnaryOperation = UnaryFunction | 'neg' | 'positive' | 'sign';
/** Element-wise, of two values. `sigmoidBack` is a b (1 − b), `tanhBack` a (1 − b²): b is the function's value. */
export type BinaryOperation =
  | BinaryFunction
  | BinaryOperator
  | 'atLeast'
  | 'atMost'
  | 'sigmoidBack'
  | 'tanhBack';

export type PlanOperation =
  /** x: given, all rows. */
  | { readonly op: 'input' }
  /** A state before the step. */
  | { readonly op: 'state'; readonly name: string }
  /** The adjoint that arrives at a state's next value; see `Plan`. */
  | { readonly op: 'seed'; readonly name: string }
  /** A trained vector, one row. Matrices are no nodes: products name them. */
  | { readonly op: 'parameter'; readonly name: string }
  /** What every scalar of the text comes to, in float64: it counts for all rows and columns. */
  | { readonly op: 'number'; readonly value: number }
  /**
   * Recurrent dropout: given, [batch, size], the same at all steps; 0 or 1 / (1 − rate). It multiplies what each product
   * in the loop reads; the nodes that do so are ordinary `mul`s.
   */
  | { readonly op: 'keep'; readonly of: Size }
  | { readonly op: UnaryOperation; readonly a: PlanId }
  | { readonly op: BinaryOperation; readonly a: PlanId; readonly b: PlanId }
  /**
   * matrix · vector (+ start), row by row: out = vector matrixᵀ. `start` is of an earlier moment (a bias of `weights`,
   * hoisted sums of `inputs`) or a product that stands before it in the same moment, in the same panel too (`U h + V h`):
   * a product may begin from it, in its place where nobody else reads it.
   */
  | {
      readonly op: 'product';
      readonly matrix: string;
      readonly vector: PlanId;
      readonly start: PlanId | undefined;
      /** Index into `Plan.panels`. */
      readonly panel: number;
    }
  /** Σ matrixᵀ · adjoint (+ start): one product of the adjoints side by side by the matrices one above the other. */
  | {
      readonly op: 'productBack';
      readonly terms: readonly BackTerm[];
      readonly start: PlanId | undefined;
    }
  /** a where the step counts, 0 where it is padding: where a padded row's dropped value may be infinite or NaN. */
  | { readonly op: 'guard'; readonly a: PlanId }
  /** The sum of all rows, as one row. */
  | { readonly op: 'reduce'; readonly a: PlanId };

export interface BackTerm {
  readonly matrix: string;
  readonly adjoint: PlanId;
}

export type PlanNode = PlanOperation & {
  /** Of a row; absent for a number. */
  readonly size: Size | undefined;
  /**
   * When it is computed first. What is given has the moment at which it is first there: x `inputs`, a state and the
   * keep-vectors `step`, a seed `back`, parameters and numbers `weights`.
   */
  readonly moment: Moment;
};

export interface Stage {
  /** `product` nodes, the members of a panel side by side, or `productBack` nodes. */
  readonly products: readonly PlanId[];
  /** Element-wise values, `guard`s and `reduce`s, in an order in which they can be computed. */
  readonly values: readonly PlanId[];
}

/** Matrices that multiply the same vector: side by side, one product. */
export interface Panel {
  readonly vector: PlanId;
  /** `product` nodes; the size of their rows may differ. */
  readonly members: readonly PlanId[];
}

/** Gradients of matrices as one product: the adjoints side by side, transposed, times the vector, over all rows. */
export interface OuterPanel {
  readonly vector: PlanId;
  readonly adjoints: readonly BackTerm[];
  /** `after`: rows of all steps. `total`: a vector of parameters alone, one row, and adjoints summed beforehand. */
  readonly moment: 'after' | 'total';
}

export interface PlanState {
  readonly name: string;
  /** The `state` node; absent where no line that counts reads it. */
  readonly before: PlanId | undefined;
  /** Its next value: a node of any moment, a number too, or another state's value before the step. */
  readonly after: PlanId;
  /** The `seed` node; absent where nothing reads it. */
  readonly seed: PlanId | undefined;
  /** The adjoint of its value before the step, to be carried; absent where it is zero. */
  readonly adjoint: PlanId | undefined;
}

export interface PlanOptions {
  /** Without it the plan ends with the forward loop and keeps nothing. By default true. */
  readonly backward?: boolean;
  /** Whether somebody asks for x's adjoint. By default true. */
  readonly inputAdjoint?: boolean;
  /** Whether some steps may be padding. By default true. */
  readonly masked?: boolean;
  /** Whether products in the loop read through keep-vectors. By default false. */
  readonly recurrentDropout?: boolean;
  /**
   * Whether a `step` value that later moments read is to be computed again there rather than kept. Only asked for
   * element-wise values whose operands are there anyway. By default never.
   */
  readonly again?: (node: PlanNode) => boolean;
}

/** The nodes that a node reads. */
export function operandsOf(node: PlanOperation): readonly PlanId[] {
  if ('b' in node) return [node.a, node.b];
  if ('a' in node) return [node.a];
  if (node.op !== 'product' && node.op !== 'productBack') return [];
  const read = node.op === 'product' ? [node.vector] : node.terms.map(({ adjoint }) => adjoint);
  return node.start === undefined ? read : [...read, node.start];
}
