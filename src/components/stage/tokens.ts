import type { BinaryOperator } from '../../lib/equations/graph.ts';
import type { Line } from './line.ts';
import { format } from './precision.ts';
import type { Expression } from './substitution.ts';

/** A piece of a printed line. A `letter` stands for a number that hasn't been reached. */
export type Token =
  | { readonly kind: 'number'; readonly text: string; readonly symbol: string | undefined }
  | { readonly kind: 'letter'; readonly symbol: string }
  | { readonly kind: 'function' | 'sign' | 'bracket'; readonly text: string };

const SIGNS: { readonly [Name in BinaryOperator]: string } = { add: '+', sub: '\u2212', mul: '·', div: '/' };

/** Binding strength, loosest first, as in the language. */
const SUM = 1;
const PRODUCT = 2;
const MINUS = 3;
const CALL = 4;

/** How a function is printed: σ for sigmoid, as in the typeset equations. */
export function functionText(name: string): string {
  return name === 'sigmoid' ? 'σ' : name;
}

/** An expression in print, its numbers to so many decimals. */
export function tokensOf(expression: Expression, decimals: number): readonly Token[] {
  return within(expression, decimals, SUM);
}

function within(expression: Expression, decimals: number, strength: number): readonly Token[] {
  const tokens = printed(expression, decimals);
  return strengthOf(expression, decimals) < strength ? [bracket('('), ...tokens, bracket(')')] : tokens;
}

const bracket = (text: string): Token => ({ kind: 'bracket', text });
const sign = (text: string): Token => ({ kind: 'sign', text });

function strengthOf(expression: Expression, decimals: number): number {
  switch (expression.kind) {
    case 'operator':
      return expression.name === 'add' || expression.name === 'sub' ? SUM : PRODUCT;
    case 'negative':
      return MINUS;
    case 'value':
      // 0.8 · −0.3 reads well, −−0.3 doesn't.
      return !expression.pending && format(expression.value, decimals).startsWith(SIGNS.sub) ? MINUS : CALL;
    default:
      return CALL;
  }
}

function printed(expression: Expression, decimals: number): readonly Token[] {
  switch (expression.kind) {
    case 'value':
      return expression.pending ? letters(expression) : [number(expression, decimals)];
    case 'literal':
      return [{ kind: 'number', text: String(expression.value).replace('-', SIGNS.sub), symbol: undefined }];
    case 'negative':
      return [sign(SIGNS.sub), ...within(expression.of, decimals, CALL)];
    case 'call': {
      const separated = expression.of.flatMap((argument, k) => [
        ...(k === 0 ? [] : [bracket(', ')]),
        ...printed(argument, decimals),
      ]);
      return [
        { kind: 'function', text: functionText(expression.name) },
        bracket('('),
        ...separated,
        bracket(')'),
      ];
    }
    case 'operator': {
      const strength = strengthOf(expression, decimals);
      // a − (b + c) and a / (b · c) need their brackets; sums and products to the left don't.
      const right = expression.name === 'sub' || expression.name === 'div' ? strength + 1 : strength;
      return [
        ...within(expression.a, decimals, strength),
        sign(SIGNS[expression.name]),
        ...within(expression.b, decimals, right),
      ];
    }
  }
}

type Value = Extract<Expression, { kind: 'value' }>;

function number({ value, symbol }: Value, decimals: number): Token {
  return { kind: 'number', text: format(value, decimals), symbol };
}

function letters({ symbol, vector, reads }: Value): readonly Token[] {
  const letter = (name: string | undefined): readonly Token[] =>
    name === undefined ? [] : [{ kind: 'letter', symbol: name }];
  // A product whose vector has no name of its own: U (r * h).
  if (reads !== undefined && vector === undefined) return [...letter(symbol), bracket('(…)')];
  return [...letter(symbol), ...letter(vector)];
}

/** Tokens as plain text, for a screen reader and for a check by hand. */
export function tokensText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.kind === 'letter') return `${token.symbol} `;
      return token.kind === 'sign' ? ` ${token.text} ` : token.text;
    })
    .join('')
    .replace(/ +/g, ' ')
    .trim();
}

/** A whole line as plain text, from the first side to the value. */
export function lineText(line: Line): string {
  const sides = line.sides.map(
    ({ expression, decimals, exact }) =>
      `${tokensText(tokensOf(expression, decimals))} ${exact ? '=' : '≈'} `,
  );
  return `${sides.join('')}${format(line.value, line.decimals)}`;
}
