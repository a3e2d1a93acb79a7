import { OUT_OF_VOCABULARY, PAD, START } from './format.ts';
import { type Limits, limit, pad, type Side } from './limits.ts';
import { type Token, tokenise } from './tokens.ts';
import { encode, type Vocabulary } from './vocabulary.ts';

/** What stands in one column of the row that a model reads. */
export interface Column {
  readonly id: number;
  readonly kind: 'padding' | 'start' | 'unknown' | 'word';
  /** Index in the review's tokens, for the kinds that came from one. */
  readonly token?: number;
}

/** A stretch of the text: a token, or what stands between tokens. Plain text, never markup. */
export interface Stretch {
  readonly text: string;
  /** Index in the review's tokens; absent between them. */
  readonly token?: number;
}

/** One review on its way from text to what a model reads. */
export interface ReviewView {
  /** The text cut at the tokens' ends; the stretches joined are the text. */
  readonly text: readonly Stretch[];
  /** Every word of the text, kept or not. */
  readonly tokens: readonly Token[];
  /** The id of each token under the limits' vocabulary, kept or not. */
  readonly ids: Uint16Array;
  /** Index of the first token that is kept; all before it are cut off. */
  readonly firstKept: number;
  /** `limits.tokens` columns. */
  readonly row: readonly Column[];
  /** Share of the kept words outside the vocabulary, 0 to 1; 0 when there are none. */
  readonly outOfVocabulary: number;
}

/** Any text as text, tokens, ids and padding: everything in it comes from the functions that the engine uses too. */
export function viewReview(
  text: string,
  vocabulary: Vocabulary,
  limits: Limits,
  side: Side = 'left',
): ReviewView {
  const tokens = tokenise(text);
  const whole = encode(
    tokens.map(({ word }) => word),
    vocabulary,
  );
  const kept = limit(whole, limits);
  // START stands before the first token, so ids and tokens are one apart.
  const first = whole.length - kept.length - 1;
  const padding = limits.tokens - kept.length;
  const before = side === 'left' ? padding : 0;
  const row = Array.from(pad(kept, limits.tokens, side), (id, column): Column => {
    if (id === PAD) return { id, kind: 'padding' };
    if (id === START) return { id, kind: 'start' };
    const token = first + column - before;
    return { id, kind: id === OUT_OF_VOCABULARY ? 'unknown' : 'word', token };
  });
  const count = (kind: Column['kind']) => row.filter((column) => column.kind === kind).length;
  const words = count('word') + count('unknown');
  return {
    text: stretches(text, tokens),
    tokens,
    ids: limit(whole, { tokens: whole.length, vocabulary: limits.vocabulary }).slice(1),
    firstKept: Math.max(0, first),
    row,
    outOfVocabulary: words === 0 ? 0 : count('unknown') / words,
  };
}

function stretches(text: string, tokens: readonly Token[]): Stretch[] {
  const pieces: Stretch[] = [];
  let end = 0;
  for (const [token, { start, end: next }] of tokens.entries()) {
    if (start > end) pieces.push({ text: text.slice(end, start) });
    pieces.push({ text: text.slice(start, next), token });
    end = next;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}
