import { isSign, type Token, type TokenLine } from './lexer.ts';
import { refuse } from './report.ts';
import type { Source } from './source.ts';

/** Beyond these a text is refused before anything else is said about it. */
export const LIMITS = { characters: 20_000, nesting: 200, statements: 200 } as const;

/** Refuses a text that is too long, looking at no more of it than the limit. */
export function checkLength(source: Source): void {
  const first = source.lines[0]?.start ?? 0;
  const start = first + LIMITS.characters;
  if (source.text.length > start) {
    refuse(source, 'too-long', { start, end: start + 1 }, { limit: LIMITS.characters });
  }
}

/** Refuses more statements than the limit; a line with any token is one. */
export function checkStatements(source: Source, lines: readonly TokenLine[]): void {
  const extra = lines.filter(({ tokens }) => tokens.length > 0)[LIMITS.statements]?.tokens[0];
  if (extra !== undefined) {
    refuse(source, 'too-many-statements', extra.span, { limit: LIMITS.statements });
  }
}

/**
 * Refuses deeper nesting than the limit, so that what follows may recurse. A parenthesis (a call's too), a
 * matrix and a unary minus each open a level; the last two close with the operand that they stand before.
 */
export function checkNesting(source: Source, lines: readonly TokenLine[]): void {
  for (const { tokens } of lines) {
    let depth = 0;
    /** Matrices and minus signs that wait for their operand, in each parenthesis that is open. */
    const waiting = [0];
    for (const [index, token] of tokens.entries()) {
      const prefix = token.kind === 'matrix' || isUnaryMinus(token, tokens[index - 1]);
      if (prefix || isSign(token, '(')) {
        depth += 1;
        if (depth > LIMITS.nesting) refuse(source, 'too-deep', token.span, { limit: LIMITS.nesting });
        if (prefix) waiting.push((waiting.pop() ?? 0) + 1);
        else waiting.push(0);
      } else if (isSign(token, ')')) {
        // Closes the parenthesis, with what waited in it, and is the operand of what waited before it.
        if (waiting.length > 1) depth -= 1 + (waiting.pop() ?? 0);
        depth -= waiting.pop() ?? 0;
        waiting.push(0);
      } else if (!isSign(tokens[index + 1], '(')) {
        depth -= waiting.pop() ?? 0;
        waiting.push(0);
      }
    }
  }
}

function isUnaryMinus(token: Token, before: Token | undefined): boolean {
  const afterOperand =
    before?.kind === 'name' || before?.kind === 'number' || before?.kind === 'prime' || isSign(before, ')');
  return isSign(token, '-') && !afterOperand;
}
