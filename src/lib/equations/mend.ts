import type { Problem, Span } from './graph.ts';
import { isSign, type Token } from './lexer.ts';

type Edit = Problem['edit'];

/** Edits that mend a line where its tokens alone say how. */
export function replace(span: Span, text: string): Edit {
  return { span, text };
}

/** Puts a sign between two neighbours: `2h` to `2 * h`. */
export function between(left: Span, right: Span, sign: string): Edit {
  return { span: { start: left.end, end: right.start }, text: ` ${sign} ` };
}

export function insert(at: number, text: string): Edit {
  return { span: { start: at, end: at }, text };
}

/** Takes the prime off a name. `W'x` becomes `W x`: without the space it would be another name. */
export function unprime(source: string, { start, end }: Span): Edit {
  const name = source.slice(start, end - 1);
  return { span: { start, end }, text: /\w/.test(source[end] ?? '') ? `${name} ` : name };
}

/** `W -x` to `W (-x)`, `tanh h` to `tanh(h)`: parentheses around the operand that begins at `index`. */
export function parenthesise(source: string, tokens: readonly Token[], index: number, gap: string): Edit {
  const start = tokens[index]?.span.start;
  const end = operandEnd(tokens, index);
  const before = tokens[index - 1]?.span.end;
  if (start === undefined || end === undefined || before === undefined) return undefined;
  return {
    span: { start: before, end },
    text: `${gap}(${source.slice(start, end).replace(/^-[ \t]+/, '-')})`,
  };
}

/** Where the operand that begins at `index` ends: past its signs and matrices; undefined if it has no end. */
function operandEnd(tokens: readonly Token[], index: number): number | undefined {
  let at = index;
  let token = tokens[at];
  while (token?.kind === 'matrix' || isSign(token, '-')) {
    at += 1;
    token = tokens[at];
  }
  if (token?.kind === 'name' && isSign(tokens[at + 1], '(')) at += 1;
  else if (token?.kind === 'name' || token?.kind === 'number') return token.span.end;
  if (!isSign(tokens[at], '(')) return undefined;
  let depth = 0;
  for (; at < tokens.length; at += 1) {
    const inside = tokens[at];
    if (isSign(inside, '(')) depth += 1;
    if (isSign(inside, ')')) depth -= 1;
    if (depth === 0) return inside?.span.end;
  }
  return undefined;
}
