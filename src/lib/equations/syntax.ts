import type { FunctionName } from './functions.ts';
import type { BinaryOperator, Span } from './graph.ts';

/** Index into the list of a text's expressions. */
export type ExpressionId = number;

/**
 * What is written, before names mean anything. Expressions stand in one flat list, operands before what
 * reads them, so that whatever works on them is a loop and the length of a sum costs no stack.
 */
export type Expression = { readonly span: Span } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string; readonly primed: boolean }
  | { readonly kind: 'matrix'; readonly name: string }
  | { readonly kind: 'negative'; readonly a: ExpressionId }
  | {
      readonly kind: 'operator';
      readonly op: BinaryOperator;
      readonly a: ExpressionId;
      readonly b: ExpressionId;
    }
  | { readonly kind: 'product'; readonly matrix: ExpressionId; readonly vector: ExpressionId }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly ExpressionId[] }
);

/** A line as it is written: the name on the left, and the expressions of its right side. */
export interface Definition {
  readonly name: string;
  readonly primed: boolean;
  readonly matrix: boolean;
  /** Of the name, with its prime. */
  readonly span: Span;
  /** Of the sign =. */
  readonly equals: Span;
  /** The expressions of this line are `[from, to)`; the last of them is its value. */
  readonly from: ExpressionId;
  readonly to: ExpressionId;
  readonly comment: string;
  readonly line: number;
}

/** A text that reads, in its order. */
export interface Syntax {
  readonly expressions: readonly Expression[];
  readonly definitions: readonly Definition[];
}
