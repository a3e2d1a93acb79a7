import type { Rules } from './rule.ts';

/** What each rule here needs to know of a place where it was broken. */
export interface CharacterFacts {
  'too-long': { readonly limit: number };
  'too-deep': { readonly limit: number };
  'too-many-statements': { readonly limit: number };
  'look-alike': { readonly met: string; readonly instead: string };
  'foreign-letter': { readonly met: string; readonly instead: string | undefined };
  'invisible-character': { readonly met: string };
  'strange-character': { readonly met: string; readonly hint: string | undefined };
  power: { readonly met: string };
  'number-not-finite': { readonly met: string };
}

/** How much a text may hold, and of which characters. */
export const CHARACTER_RULES: Rules<CharacterFacts> = {
  'too-long': {
    rule: 'A text has at most 20,000 characters.',
    example: undefined,
    words: ({ limit }) => ({
      met: 'one character too many',
      expected: `at most ${limit} characters`,
      mend: 'Shorten the text: a cell rarely needs a thousand.',
    }),
  },
  'too-deep': {
    rule: 'Parentheses, calls, matrix products and minus signs nest at most 200 deep.',
    example: undefined,
    words: ({ limit }) => ({
      met: 'one level of nesting too many',
      expected: `at most ${limit} levels of parentheses, calls, matrix products and minus signs`,
      mend: 'Give an inner part a line and a name of its own.',
    }),
  },
  'too-many-statements': {
    rule: 'A text has at most 200 statements.',
    example: undefined,
    words: ({ limit }) => ({
      met: 'one statement too many',
      expected: `at most ${limit} statements`,
      mend: 'Leave lines out, or write several in one expression.',
    }),
  },
  'look-alike': {
    rule: 'Signs, letters and spaces are the plain ones of the keyboard; look-alikes are refused.',
    example: 'h\u2032 = tanh(W x)',
    words: ({ met, instead }) => ({
      met,
      expected: named(instead),
      mend: `Write ${named(instead)} in its place.`,
    }),
  },
  'foreign-letter': {
    rule: 'Names are written with the letters A to Z, a to z, digits and underscores.',
    example: "h' = tanh(W x + \u03B2)",
    words: ({ met, instead }) => ({
      met,
      expected: 'letters from A to Z, upper or lower case',
      mend: instead === undefined ? 'Spell the name with letters from A to Z.' : `Write ${instead}.`,
    }),
  },
  'invisible-character': {
    rule: 'No invisible character stands in a line.',
    example: "h' = tanh(W\u200B x)",
    words: ({ met }) => ({
      met: `the invisible character ${met}`,
      expected: 'characters that can be seen',
      mend: 'Take it out.',
    }),
  },
  'strange-character': {
    rule: 'A line holds names, numbers, + - * / ( ) , = and a prime.',
    example: "h' = W x @ h",
    words: ({ met, hint }) => ({
      met: `the character ${met}`,
      expected: "a name, a number, or one of + - * / ( ) , = '",
      mend: hint ?? 'Take it out, or write # before it if it belongs to a comment.',
    }),
  },
  power: {
    rule: 'There is no power.',
    example: "h' = h ^ 2",
    words: ({ met }) => ({
      met: `the power ${met}`,
      expected: 'one of + - * /',
      mend: 'Write a square as a * a, a root as sqrt(a).',
    }),
  },
  'number-not-finite': {
    rule: 'A number is finite as a 64-bit float: less than about 1.8e308.',
    example: "h' = 1e999 * h",
    words: ({ met }) => ({
      met: `the number ${met}`,
      expected: 'a number below about 1.8e308',
      mend: 'Write a smaller number.',
    }),
  },
};

function named(instead: string): string {
  if (instead === ' ') return 'a plain space';
  if (instead === '\n') return 'a new line';
  if (instead === "'") return "the straight apostrophe '";
  return instead;
}
