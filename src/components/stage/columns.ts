import type { Line } from './line.ts';
import { type Expression, type Term, termsOf } from './substitution.ts';
import type { SymbolInfo } from './symbol.ts';

/**
 * What a column of the numbers holds: products with one vector (W x, U h), vectors that are added as they are (b), or
 * any other term (a peephole's p · c).
 */
export interface Column {
  /** The vector's name; `+` for biases and `·` for the rest, which no name can be. */
  readonly key: string;
  readonly vector: string | undefined;
  /** The letters that its parameters begin with: `W`, or `b, c`; empty where they don't say what it holds. */
  readonly letter: string;
}

/** A line laid out in columns: `σ(` cells `)`. */
export interface Row {
  /** The function around the sum, where there is one. */
  readonly call: string | undefined;
  readonly cells: ReadonlyMap<string, readonly Term[]>;
}

const BIAS = '+';
const REST = '·';

/** The row of a line that is a sum with a matrix product in it, or a function of one; undefined for any other. */
export function rowOf(line: Line, symbols: ReadonlyMap<string, SymbolInfo>): Row | undefined {
  const written = line.sides[0]?.expression;
  if (written === undefined) return undefined;
  const argument = written.kind === 'call' && written.of.length === 1 ? written.of[0] : undefined;
  const terms = termsOf(argument ?? written);
  // A minus in front or in between stays readable only where the order is kept, so such a sum is printed as it is written.
  if (!terms.some(({ of }) => vectorsOf(of).length > 0) || terms.some(({ sign }) => sign === '-'))
    return undefined;
  const cells = new Map<string, Term[]>();
  for (const term of terms) {
    const key = keyOf(term.of, symbols);
    cells.set(key, [...(cells.get(key) ?? []), term]);
  }
  return { call: argument === undefined || written.kind !== 'call' ? undefined : written.name, cells };
}

/** The columns that these rows need: x first, then other vectors as they appear, the rest, biases last. */
export function columnsOf(rows: readonly (Row | undefined)[]): readonly Column[] {
  const terms = new Map<string, Expression[]>();
  for (const row of rows)
    for (const [key, cell] of row?.cells ?? [])
      terms.set(key, [...(terms.get(key) ?? []), ...cell.map(({ of }) => of)]);
  const rank = (key: string) => (key === 'x' ? 0 : key === REST ? 2 : key === BIAS ? 3 : 1);
  return [...terms.keys()]
    .sort((a, b) => rank(a) - rank(b))
    .map((key) => {
      const vector = key === BIAS || key === REST ? undefined : key;
      const initials = new Set((terms.get(key) ?? []).flatMap((term) => initialsOf(term, vector)));
      // A column of products goes by one capital; biases b and c by both; a rest by none.
      const named = key === BIAS || (initials.size === 1 && key !== REST);
      return { key, vector, letter: named ? [...initials].join(', ') : '' };
    });
}

/** A term stands with the vector that its product reads; one that reads a state stands with the state. */
function keyOf(term: Expression, symbols: ReadonlyMap<string, SymbolInfo>): string {
  const vectors = vectorsOf(term);
  const state = vectors.find((vector) => vector !== 'x');
  if (vectors.length > 0) return state ?? 'x';
  const kind =
    term.kind === 'value' && term.symbol !== undefined ? symbols.get(term.symbol)?.kind : undefined;
  return kind === 'vector' ? BIAS : REST;
}

function leaves(expression: Expression): readonly Extract<Expression, { kind: 'value' }>[] {
  switch (expression.kind) {
    case 'value':
      return [expression];
    case 'literal':
      return [];
    case 'negative':
      return leaves(expression.of);
    case 'call':
      return expression.of.flatMap(leaves);
    case 'operator':
      return [...leaves(expression.a), ...leaves(expression.b)];
  }
}

/** Names of the vectors that a term's matrix products read. */
function vectorsOf(expression: Expression): readonly string[] {
  return leaves(expression).flatMap(({ reads }) => (reads === undefined ? [] : [reads]));
}

function initialsOf(expression: Expression, vector: string | undefined): readonly string[] {
  return leaves(expression).flatMap(({ symbol, reads }) =>
    symbol === undefined || reads !== vector ? [] : [symbol.charAt(0)],
  );
}
