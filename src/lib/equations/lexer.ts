import type { Span } from './graph.ts';
import type { Line, Source } from './source.ts';

export type Sign = '+' | '-' | '*' | '/' | '(' | ')' | ',' | '=';

/** The smallest parts of a line. A `foreign` token is a character that begins none of the others. */
export type Token = { readonly span: Span } & (
  | { readonly kind: 'name' | 'matrix'; readonly name: string; readonly primed: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'sign'; readonly sign: Sign }
  | { readonly kind: 'prime' }
  | { readonly kind: 'foreign'; readonly character: string }
);

/** A line in tokens. `comment` is what follows `#`, trimmed; undefined where the line has none. */
export interface TokenLine {
  readonly number: number;
  readonly tokens: readonly Token[];
  readonly comment: string | undefined;
  /** One past the last token: where a line that stops too early is said to end. */
  readonly end: number;
}

export function isSign(token: Token | undefined, sign: Sign): boolean {
  return token?.kind === 'sign' && token.sign === sign;
}

const BLANK = /[ \t]+/y;
const NAME = /[A-Za-z][A-Za-z0-9_]*/y;
/** `1`, `1.`, `.5`, each with an exponent or without; `1e` is the number 1 before the name e. */
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;

const SIGNS: ReadonlyMap<string, Sign> = new Map(
  (['+', '-', '*', '/', '(', ')', ',', '='] as const).map((sign) => [sign, sign]),
);

/**
 * Cuts a source into tokens, line by line, in time linear in its length. Never throws: what can't be read
 * becomes a `foreign` token, so that the limits can be checked before anything is refused.
 */
export function tokenize(source: Source): readonly TokenLine[] {
  return source.lines.map((line, index) => tokenizeLine(source.text, line, index + 1));
}

function tokenizeLine(text: string, line: Line, number: number): TokenLine {
  const tokens: Token[] = [];
  let comment: string | undefined;
  let at = line.start;
  while (at < line.end) {
    const blank = match(BLANK, text, at);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (text[at] === '#') {
      comment = text.slice(at + 1, line.end).trim();
      break;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.span.end;
  }
  return { number, tokens, comment, end: tokens.at(-1)?.span.end ?? line.start };
}

function tokenAt(text: string, start: number): Token {
  const name = match(NAME, text, start);
  if (name !== undefined) {
    const end = start + name.length;
    const primed = text[end] === "'";
    const kind = /^[A-Z]/.test(name) ? 'matrix' : 'name';
    return { kind, name, primed, span: { start, end: primed ? end + 1 : end } };
  }
  const number = match(NUMBER, text, start);
  if (number !== undefined) {
    return { kind: 'number', value: Number(number), span: { start, end: start + number.length } };
  }
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const span = { start, end: start + character.length };
  const sign = SIGNS.get(character);
  if (sign !== undefined) return { kind: 'sign', sign, span };
  if (character === "'") return { kind: 'prime', span };
  return { kind: 'foreign', character, span };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
