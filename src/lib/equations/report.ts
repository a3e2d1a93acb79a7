import type { Problem, Span } from './graph.ts';
import { EquationError } from './problem.ts';
import { type Code, type Facts, RULES } from './rules.ts';
import { placeOf, type Source } from './source.ts';

/** What a rule has to say about a place of a source. */
export function problemAt<C extends Code>(
  source: Source,
  code: C,
  span: Span,
  facts: Facts[C],
  edit?: Problem['edit'],
): Problem {
  return { code, ...placeOf(source, span.start), span, ...RULES[code].words(facts), edit };
}

/** Ends the reading of a source: the first broken rule is the one that is told. */
export function refuse<C extends Code>(
  source: Source,
  code: C,
  span: Span,
  facts: Facts[C],
  edit?: Problem['edit'],
): never {
  throw new EquationError(problemAt(source, code, span, facts, edit));
}

const LONGEST = 24;

/** A piece of the source for a message, cut where it would fill the page. */
export function quote(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
