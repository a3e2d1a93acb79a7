import { foreign } from './characters.ts';
import { type FunctionName, isBinaryFunction, nearestFunction, reservedFunction } from './functions.ts';
import type { BinaryOperator, Problem, Span } from './graph.ts';
import { isSign, type Sign, type Token, type TokenLine } from './lexer.ts';
import { between, insert, parenthesise, replace, unprime } from './mend.ts';
import { quote, refuse } from './report.ts';
import type { Code, Facts } from './rules.ts';
import { placeOf, type Source } from './source.ts';
import type { Definition, Expression, ExpressionId, Syntax } from './syntax.ts';

type NameToken = Token & { readonly kind: 'name' | 'matrix' };

/**
 * Reads the lines of a source, or refuses at the first place where they can't be read.
 *
 *     statement  = name ["'"] "=" sum
 *     sum        = product { ("+" | "-") product }
 *     product    = unary { ("*" | "/") unary }
 *     unary      = "-" unary | applied
 *     applied    = matrix (applied | atom other than a number) | atom
 *     atom       = number | name ["'"] | function "(" sum { "," sum } ")" | "(" sum ")"
 *
 * The rules call each other only where the text nests, which `checkNesting` has bounded.
 */
export function readSyntax(source: Source, lines: readonly TokenLine[]): Syntax {
  const expressions: Expression[] = [];
  const written = lines.filter(({ tokens }) => tokens.length > 0);
  const values = new Set(written.map(({ tokens: [first] }) => (first?.kind === 'name' ? first.name : '')));
  const definitions = written.map((line) => new LineReader(source, line, expressions, values).definition());
  return { expressions, definitions };
}

const SUMS: ReadonlyMap<Sign, BinaryOperator> = new Map([
  ['+', 'add'],
  ['-', 'sub'],
]);
const PRODUCTS: ReadonlyMap<Sign, BinaryOperator> = new Map([
  ['*', 'mul'],
  ['/', 'div'],
]);

/** A cursor on one line. */
class LineReader {
  private at = 0;
  /** Parentheses that are open, innermost last. */
  private readonly open: Span[] = [];
  private readonly source: Source;
  private readonly line: TokenLine;
  private readonly expressions: Expression[];
  /** Names that some line gives a value: `z (h)` is then a product that lacks its sign, not a slip. */
  private readonly values: ReadonlySet<string>;

  constructor(source: Source, line: TokenLine, expressions: Expression[], values: ReadonlySet<string>) {
    this.source = source;
    this.line = line;
    this.expressions = expressions;
    this.values = values;
  }

  definition(): Definition {
    const left = this.peek();
    if (left?.kind !== 'name' && left?.kind !== 'matrix') {
      return this.refuse('missing-name', this.here(), { met: this.met() });
    }
    this.at += 1;
    const equals = this.equals(left);
    const from = this.expressions.length;
    this.sum();
    if (this.peek() !== undefined) this.refuseRest();
    return {
      name: left.name,
      primed: left.primed,
      matrix: left.kind === 'matrix',
      span: left.span,
      equals,
      from,
      to: this.expressions.length,
      comment: this.line.comment ?? '',
      line: this.line.number,
    };
  }

  private equals(left: NameToken): Span {
    this.refusePrime(left);
    const token = this.peek();
    if (isSign(token, '=')) {
      this.at += 1;
      return this.spanOf(token);
    }
    const name = quote(this.text(left.span));
    const startsValue =
      token !== undefined && token.kind !== 'sign' && reservedFunction(left.name) === undefined;
    const edit = startsValue ? insert(token.span.start, '= ') : undefined;
    return this.refuse('missing-equals', this.here(), { met: this.met(), name }, edit);
  }

  private sum(): ExpressionId {
    return this.fold(SUMS, () => this.fold(PRODUCTS, () => this.unary()));
  }

  /** Operands with operators of one rank between them, taken from left to right. */
  private fold(operators: ReadonlyMap<Sign, BinaryOperator>, operand: () => ExpressionId): ExpressionId {
    let a = operand();
    for (;;) {
      const token = this.peek();
      const op = token?.kind === 'sign' ? operators.get(token.sign) : undefined;
      if (token === undefined || op === undefined) return a;
      this.at += 1;
      const b = operand();
      a = this.add({ kind: 'operator', op, a, b, span: token.span });
    }
  }

  private unary(): ExpressionId {
    const token = this.peek();
    if (!isSign(token, '-')) return this.operand();
    this.at += 1;
    const a = this.unary();
    return this.add({ kind: 'negative', a, span: this.spanOf(token) });
  }

  /** An operand of an operator; after it, only an operator, a comma, a ) or the line's end can follow. */
  private operand(): ExpressionId {
    const id = this.applied();
    const next = this.peek();
    if (next !== undefined && (next.kind !== 'sign' || next.sign === '(') && next.kind !== 'prime') {
      this.refuseNeighbour(next);
    }
    return id;
  }

  private applied(): ExpressionId {
    const token = this.peek();
    if (token?.kind !== 'matrix') return this.atom();
    this.checkMatrix(token);
    this.at += 1;
    this.refusePrime(token);
    const next = this.peek();
    if (next?.kind !== 'matrix' && next?.kind !== 'name' && !isSign(next, '('))
      this.refuseMatrix(token, next);
    const matrix = this.add({ kind: 'matrix', name: token.name, span: token.span });
    const vector = this.applied();
    return this.add({ kind: 'product', matrix, vector, span: token.span });
  }

  private atom(): ExpressionId {
    const token = this.peek();
    if (token?.kind === 'number') return this.number(token.value, token.span);
    if (token?.kind === 'name') return this.name(token);
    if (isSign(token, '(')) return this.inParentheses(false)[0];
    if (isSign(token, '+')) {
      const edit = replace(this.spanOf(token), '');
      return this.refuse('unary-plus', this.here(), { met: '+' }, edit);
    }
    if (isSign(token, '*') && isSign(this.line.tokens[this.at - 1], '*')) {
      return this.refuse('power', this.here(), { met: '**' });
    }
    if (isSign(token, '=')) return this.refuse('second-equals', this.here(), { met: '=' });
    return this.refuse('missing-operand', this.here(), { met: this.met(), after: this.after() });
  }

  private number(value: number, span: Span): ExpressionId {
    if (!Number.isFinite(value)) this.refuse('number-not-finite', span, { met: quote(this.text(span)) });
    this.at += 1;
    return this.add({ kind: 'number', value, span });
  }

  private name(token: NameToken): ExpressionId {
    const { name, primed, span } = token;
    const called = isSign(this.line.tokens[this.at + 1], '(');
    const plain = reservedFunction(name);
    if (plain !== undefined) return this.call(token, plain);
    if (called) {
      const nearest = this.values.has(name) || primed ? undefined : nearestFunction(name);
      const edit =
        nearest === undefined
          ? between(span, this.spanOf(this.line.tokens[this.at + 1]), '*')
          : replace(span, nearest);
      this.refuse('unknown-function', span, { name: quote(this.text(span)), nearest }, edit);
    }
    this.at += 1;
    this.refusePrime(token);
    return this.add({ kind: 'name', name, primed, span });
  }

  private call({ name, primed, span }: NameToken, plain: FunctionName): ExpressionId {
    if (primed) this.refuse('function-prime', span, { name }, unprime(this.source.text, span));
    if (name !== plain) this.refuse('function-capital', span, { name, plain }, replace(span, plain));
    this.at += 1;
    if (!isSign(this.peek(), '(')) {
      const edit = parenthesise(this.source.text, this.line.tokens, this.at, '');
      this.refuse('function-alone', span, { name }, edit);
    }
    const parts = this.inParentheses(true);
    const wanted = isBinaryFunction(plain) ? 2 : 1;
    if (parts.length !== wanted) {
      this.refuse('argument-count', span, { name, wanted, count: parts.length });
    }
    return this.add({ kind: 'call', name: plain, arguments: parts, span });
  }

  /** What stands between ( and ), with commas between where it is a call's. */
  private inParentheses(call: boolean): readonly [ExpressionId, ...ExpressionId[]] {
    this.open.push(this.here());
    this.at += 1;
    const parts: [ExpressionId, ...ExpressionId[]] = [this.sum()];
    while (call && isSign(this.peek(), ',')) {
      this.at += 1;
      parts.push(this.sum());
    }
    if (!isSign(this.peek(), ')')) this.refuseRest();
    this.open.pop();
    this.at += 1;
    return parts;
  }

  /** What stands where an operator, a ) or the line's end should. */
  private refuseRest(): never {
    const token = this.peek();
    const met = this.met();
    const here = this.here();
    const open = this.open.at(-1);
    if (token?.kind === 'prime') {
      return this.refuse('stray-prime', here, { after: this.after() }, replace(here, ''));
    }
    if (isSign(token, '=')) return this.refuse('second-equals', here, { met });
    if (isSign(token, ',')) return this.refuse('stray-comma', here, { met });
    if (open !== undefined) {
      const { column } = placeOf(this.source, open.start);
      return this.refuse('unclosed-parenthesis', here, { met, column }, insert(here.start, ')'));
    }
    return this.refuse('extra-parenthesis', here, { met }, replace(here, ''));
  }

  /** Two operands with no operator between: `z h`, `2 h`, `(a) b`, `x W`. */
  private refuseNeighbour(next: Token): never {
    const before = this.line.tokens[this.at - 1];
    const after = this.after();
    const times = between(this.spanOf(before), next.span, '*');
    if (next.kind !== 'matrix') {
      return this.refuse('missing-operator', next.span, { met: this.met(), after }, times);
    }
    const following = this.line.tokens[this.at + 1];
    const applies = following?.kind === 'name' || following?.kind === 'matrix' || isSign(following, '(');
    const swap =
      before?.kind === 'name'
        ? replace({ start: before.span.start, end: next.span.end }, `${next.name} ${this.text(before.span)}`)
        : undefined;
    const name = quote(next.name);
    return this.refuse('matrix-after-value', next.span, { name, after }, applies ? times : swap);
  }

  /** A matrix before something that it can't multiply. */
  private refuseMatrix(matrix: NameToken, next: Token | undefined): never {
    const name = quote(matrix.name);
    const after = this.line.tokens[this.at + 1];
    if (isSign(next, '-')) {
      const edit = parenthesise(this.source.text, this.line.tokens, this.at, ' ');
      return this.refuse('matrix-minus', this.here(), { name }, edit);
    }
    if (isSign(next, '*')) {
      const applies = after?.kind === 'name' || after?.kind === 'matrix' || isSign(after, '(');
      const gap =
        applies && after ? replace({ start: matrix.span.end, end: after.span.start }, ' ') : undefined;
      return this.refuse('matrix-star', this.here(), { name }, gap);
    }
    if (next?.kind === 'number') return this.refuse('matrix-number', next.span, { name, met: this.met() });
    return this.refuse('matrix-alone', matrix.span, { name });
  }

  private checkMatrix({ name, primed, span }: NameToken): void {
    const plain = reservedFunction(name);
    if (plain !== undefined) this.refuse('function-capital', span, { name, plain }, replace(span, plain));
    if (primed) this.refuse('matrix-prime', span, { name: quote(name) }, unprime(this.source.text, span));
  }

  /** A prime that stands apart from the name just read, or a second one. */
  private refusePrime({ name, primed, span }: NameToken): void {
    const next = this.peek();
    if (next?.kind !== 'prime') return;
    const whole = this.text(span);
    if (primed) this.refuse('prime-twice', next.span, { name: quote(whole) }, replace(next.span, ''));
    const edit = replace({ start: span.start, end: next.span.end }, `${name}'`);
    this.refuse('prime-apart', next.span, { after: quote(whole) }, edit);
  }

  /** The token at the cursor; a character that begins no token is refused as soon as it is met. */
  private peek(): Token | undefined {
    const token = this.line.tokens[this.at];
    return token?.kind === 'foreign' ? this.refuseCharacter(token.character, token.span) : token;
  }

  private refuseCharacter(character: string, span: Span): never {
    const { code, met, instead, hint } = foreign(character);
    const edit = instead === undefined ? undefined : replace(span, instead);
    if (code === 'look-alike') return this.refuse(code, span, { met, instead: instead ?? '' }, edit);
    if (code === 'foreign-letter') return this.refuse(code, span, { met, instead }, edit);
    if (code === 'strange-character') return this.refuse(code, span, { met, hint }, edit);
    return this.refuse(code, span, { met }, edit);
  }

  private add(expression: Expression): ExpressionId {
    return this.expressions.push(expression) - 1;
  }

  /** The span of the token at the cursor; at the line's end, the place one past its last token. */
  private here(): Span {
    return this.spanOf(this.line.tokens[this.at]);
  }

  private spanOf(token: Token | undefined): Span {
    return token?.span ?? { start: this.line.end, end: this.line.end };
  }

  private met(): string {
    const token = this.line.tokens[this.at];
    return token === undefined ? 'the end of the line' : quote(this.text(token.span));
  }

  private after(): string {
    const token = this.line.tokens[this.at - 1];
    return token === undefined ? 'the start of the line' : quote(this.text(token.span));
  }

  private text({ start, end }: Span): string {
    return this.source.text.slice(start, end);
  }

  private refuse<C extends Code>(code: C, span: Span, facts: Facts[C], edit?: Problem['edit']): never {
    return refuse(this.source, code, span, facts, edit);
  }
}
