import type {
  BinaryFunction,
  BinaryOperator,
  Graph,
  NodeId,
  UnaryFunction,
} from '../../lib/equations/graph.ts';
import type { Recording, Step } from '../../lib/equations/numbers.ts';
import { evaluate } from '../../lib/equations/operations.ts';
import { rounded } from './precision.ts';
import { nodeNames, operands, statementsByNode } from './symbol.ts';

/**
 * A statement for one unit, its letters replaced by that unit's numbers. It is read off the graph, so it knows
 * no cell: a matrix product is one number (this unit's row times the vector), everything else stays as written.
 */
export type Expression =
  /** A number that a letter stands for; `from` is what it was worked out from, where the line before shows that. */
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly symbol: string | undefined;
      /** Not reached yet: its letter stands instead of its number. */
      readonly pending: boolean;
      /** A matrix product: the letter of what the matrix multiplies, where that has one. */
      readonly vector?: string | undefined;
      /** A matrix product: the name that stands for its vector in a heading; of Un (r * h) it is h. */
      readonly reads?: string | undefined;
      readonly from?: Expression;
    }
  /** A number that the text itself writes, such as the 1 of 1 − z; it is exact. */
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'call';
      readonly name: UnaryFunction | BinaryFunction;
      readonly of: readonly Expression[];
    }
  | {
      readonly kind: 'operator';
      readonly name: BinaryOperator;
      readonly a: Expression;
      readonly b: Expression;
    };

/** A term of a sum, with the sign that stands before it. */
export interface Term {
  readonly sign: '+' | '-';
  readonly of: Expression;
}

/** Where a line is read: which step of the recording, which unit, and the last statement reached in that step. */
export interface Reader {
  readonly recording: Recording;
  readonly step: Step;
  readonly unit: number;
  readonly reached: number;
}

/**
 * A value's number for a unit. A number that fills a vector is the same for all; a vector as long as the input has
 * no unit, so the element with that index stands for it.
 *
 * @returns NaN where the value is shorter than the unit's index
 */
export function element(values: ArrayLike<number> | undefined, unit: number): number {
  if (values === undefined) return Number.NaN;
  return values.length === 1 ? (values[0] ?? Number.NaN) : (values[unit] ?? Number.NaN);
}

/** The right side of a statement with the unit's numbers in it. */
export function substitute(reader: Reader, statement: number): Expression {
  const { graph } = reader.recording;
  const root = graph.statements[statement]?.node;
  if (root === undefined)
    throw new Error(`there is no statement ${statement}: the equations have ${graph.statements.length}.`);
  return expand(
    { ...reader, names: nodeNames(graph), statements: statementsByNode(graph), graph, root },
    root,
  );
}

interface Context extends Reader {
  readonly graph: Graph;
  readonly names: ReadonlyMap<NodeId, string>;
  readonly statements: ReadonlyMap<NodeId, number>;
  readonly root: NodeId;
}

function expand(context: Context, id: NodeId): Expression {
  const { graph, names, statements, step, unit, reached, root } = context;
  const node = graph.nodes[id];
  if (node === undefined) throw new Error(`node ${id} is not in the graph.`);
  const leaf = (symbol: string | undefined): Expression => ({
    kind: 'value',
    value: element(step.values[id], unit),
    symbol,
    pending: (statements.get(id) ?? -1) > reached,
  });
  if (id !== root && names.has(id)) return leaf(names.get(id));
  switch (node.op) {
    case 'input':
    case 'state':
    case 'parameter':
      return leaf(names.get(id));
    case 'number':
      return { kind: 'literal', value: node.value };
    case 'copy':
      return expand(context, node.a);
    case 'neg':
      return { kind: 'negative', of: expand(context, node.a) };
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return { kind: 'operator', name: node.op, a: expand(context, node.a), b: expand(context, node.b) };
    case 'max':
    case 'min':
      return { kind: 'call', name: node.op, of: [expand(context, node.a), expand(context, node.b)] };
    case 'matmul':
      // The product is there as soon as the vector that it multiplies is.
      return {
        kind: 'value',
        value: element(step.values[id], unit),
        symbol: names.get(node.matrix),
        pending: waits(context, node.vector),
        vector: names.get(node.vector),
        reads: readBy(context, node.vector),
      };
    default:
      return { kind: 'call', name: node.op, of: [expand(context, node.a)] };
  }
}

/** Whether a value waits for a statement that hasn't been reached. */
function waits(context: Pick<Context, 'graph' | 'statements' | 'reached'>, id: NodeId): boolean {
  const statement = context.statements.get(id);
  if (statement !== undefined) return statement > context.reached;
  // Without a name of its own it stands in this very line, below a matrix: V (U h).
  const node = context.graph.nodes[id];
  return node !== undefined && operands(node).some((below) => waits(context, below));
}

/** The name of a vector, or of the state that it is made from, or of whatever stands first in it. */
function readBy(context: Context, id: NodeId): string | undefined {
  const name = context.names.get(id);
  const node = context.graph.nodes[id];
  if (name !== undefined || node === undefined) return name;
  const below = operands(node).flatMap((operand) => readBy(context, operand) ?? []);
  return (
    below.find((read) => context.recording.graph.states.some((state) => state.name === read)) ?? below[0]
  );
}

const SIZES = { input: 1, units: 1 };

/**
 * What an expression comes to.
 *
 * @param decimals numbers are first rounded to so many, as a reader finds them in print; undefined for full precision
 */
export function evaluated(expression: Expression, decimals: number | undefined): number {
  switch (expression.kind) {
    case 'value':
      return decimals === undefined ? expression.value : rounded(expression.value, decimals);
    case 'literal':
      return expression.value;
    case 'negative':
      return -evaluated(expression.of, decimals);
    case 'call':
      return apply(expression.name, expression.of, decimals);
    case 'operator':
      return apply(expression.name, [expression.a, expression.b], decimals);
  }
}

/** One operation on plain numbers, by the table that the recording itself was computed with. */
function apply(
  name: UnaryFunction | BinaryFunction | BinaryOperator,
  of: readonly Expression[],
  decimals: number | undefined,
): number {
  const values = of.map((operand) => Float64Array.of(evaluated(operand, decimals)));
  const written = { shape: [], span: { start: 0, end: 0 } } as const;
  const result = evaluate(
    { ...written, op: name, a: 0, b: 1 } as Parameters<typeof evaluate>[0],
    values,
    SIZES,
  );
  return result[0] ?? Number.NaN;
}

/** The terms of a sum, left to right; anything else is one term. */
export function termsOf(expression: Expression): readonly Term[] {
  if (expression.kind !== 'operator' || (expression.name !== 'add' && expression.name !== 'sub'))
    return [{ sign: '+', of: expression }];
  const right: readonly Term[] =
    expression.name === 'add' ? termsOf(expression.b) : [{ sign: '-', of: expression.b }];
  return [...termsOf(expression.a), ...right];
}

/** Whether any number in it has not been reached. */
export function isPending(expression: Expression): boolean {
  switch (expression.kind) {
    case 'value':
      return expression.pending;
    case 'literal':
      return false;
    case 'negative':
      return isPending(expression.of);
    case 'call':
      return expression.of.some(isPending);
    case 'operator':
      return isPending(expression.a) || isPending(expression.b);
  }
}
