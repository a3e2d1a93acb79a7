import { decimalsFor, format, MOST } from './precision.ts';
import { type Expression, evaluated, isPending, type Reader, substitute, termsOf } from './substitution.ts';

/** One side of a printed line: an expression, and to how many decimals its numbers are printed. */
export interface Side {
  readonly expression: Expression;
  readonly decimals: number;
  /** Whether what is printed here gives what is printed on the next side, to the digit: then =, otherwise ≈. */
  readonly exact: boolean;
}

/** A statement as it comes out for one unit: `0.822 · −0.262 + 0.591 · 0.525 = −0.215 + 0.310 = 0.095`. */
export interface Line {
  readonly statement: number;
  readonly reached: boolean;
  /** As written, then, where it helps, with each argument or term worked out. */
  readonly sides: readonly Side[];
  readonly value: number;
  /** Decimals of the value. */
  readonly decimals: number;
}

/** The line of a statement, with the fewest decimals that make it true as printed. */
export function lineOf(reader: Reader, statement: number): Line {
  const written = substitute(reader, statement);
  const value = evaluated(written, undefined);
  const decimals = decimalsFor(value);
  const reached = statement <= reader.reached;
  const reduced = reached && !isPending(written) ? reduce(written) : undefined;
  const whole = (from: Expression): Claim => ({ from, value, printed: decimals });
  if (reduced === undefined) {
    const side = precise(written, [whole(written)], decimals);
    return { statement, reached, sides: [side], value, decimals };
  }
  const last = precise(reduced, [whole(reduced)], decimals);
  const parts = derived(reduced).map((part) => ({ ...part, printed: last.decimals }));
  const first = precise(written, [...parts, whole(written)], last.decimals);
  return { statement, reached, sides: [first, last], value, decimals };
}

/** What print claims: that `from`, as printed, comes to `value`, printed to so many decimals. */
interface Claim {
  readonly from: Expression;
  readonly value: number;
  readonly printed: number;
}

/**
 * THE rule of precision: the fewest decimals, from `least` up, at which a reader who works the printed numbers
 * out and rounds finds exactly the digits that stand further right. Where six decimals don't do it, the line says ≈.
 */
function precise(expression: Expression, claims: readonly Claim[], least: number): Side {
  for (let decimals = least; decimals <= MOST; decimals++)
    if (
      claims.every(
        ({ from, value, printed }) => format(evaluated(from, decimals), printed) === format(value, printed),
      )
    )
      return { expression, decimals, exact: true };
  return { expression, decimals: MOST, exact: false };
}

/** The numbers of a side that the side before shows worked out, each with what it is worked out from. */
function derived(expression: Expression): readonly Omit<Claim, 'printed'>[] {
  switch (expression.kind) {
    case 'value':
      return expression.from === undefined ? [] : [{ from: expression.from, value: expression.value }];
    case 'literal':
      return [];
    case 'negative':
      return derived(expression.of);
    case 'call':
      return expression.of.flatMap(derived);
    case 'operator':
      return [...derived(expression.a), ...derived(expression.b)];
  }
}

/** An expression's number in its place. */
function worked(expression: Expression): Expression {
  if (expression.kind === 'value' || expression.kind === 'literal') return expression;
  return {
    kind: 'value',
    value: evaluated(expression, undefined),
    symbol: undefined,
    pending: false,
    from: expression,
  };
}

const isNumber = ({ kind }: Expression): boolean => kind === 'value' || kind === 'literal';

/** A factor that a reader takes in at a glance: a number, or a function of one, as in o · tanh(c'). */
function isPlainFactor(expression: Expression): boolean {
  if (expression.kind === 'negative') return isNumber(expression.of);
  return isNumber(expression) || (expression.kind === 'call' && expression.of.every(isNumber));
}

/** The expression one step on: arguments, terms or factors worked out; undefined where that says nothing new. */
function reduce(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'value':
    case 'literal':
      return undefined;
    case 'negative':
      return isNumber(expression.of) ? undefined : { kind: 'negative', of: worked(expression.of) };
    case 'call':
      return expression.of.every(isNumber) ? undefined : { ...expression, of: expression.of.map(worked) };
    case 'operator':
      return expression.name === 'add' || expression.name === 'sub'
        ? addedUp(expression)
        : multiplied(expression);
  }
}

function addedUp(expression: Expression): Expression | undefined {
  const terms = termsOf(expression);
  if (terms.every(({ of }) => isNumber(of))) return undefined;
  return terms
    .map(({ sign, of }) => ({ sign, of: worked(of) }))
    .reduce<Expression | undefined>(
      (sum, { sign, of }) =>
        sum === undefined ? of : { kind: 'operator', name: sign === '+' ? 'add' : 'sub', a: sum, b: of },
      undefined,
    );
}

function multiplied(expression: Extract<Expression, { kind: 'operator' }>): Expression | undefined {
  if (isPlainProduct(expression)) return undefined;
  return { ...expression, a: factor(expression.a), b: factor(expression.b) };
}

function isPlainProduct(expression: Expression): boolean {
  if (expression.kind !== 'operator' || expression.name === 'add' || expression.name === 'sub')
    return isPlainFactor(expression);
  return isPlainProduct(expression.a) && isPlainProduct(expression.b);
}

function factor(expression: Expression): Expression {
  return isPlainFactor(expression) ? expression : worked(expression);
}
