import { EXAMPLE, type Rules } from './rule.ts';

/** What each rule here needs to know of a place where it was broken. */
export interface NameFacts {
  'matrix-assigned': { readonly name: string };
  'function-assigned': { readonly name: string };
  'input-assigned': { readonly name: string };
  'defined-twice': { readonly name: string; readonly line: number };
  'value-beside-state': { readonly name: string; readonly line: number };
  'undefined-primed': { readonly name: string; readonly plain: string };
  order: { readonly name: string; readonly line: number };
  cycle: { readonly name: string; readonly line: number; readonly itself: boolean };
  'no-state': { readonly name: string | undefined };
  'near-name': { readonly name: string; readonly near: string };
}

/** Which names may get a value, and where they may be read. */
export const NAME_RULES: Rules<NameFacts> = {
  'matrix-assigned': {
    rule: 'No line gives a matrix a value: matrices are trained.',
    example: "W = 2\nh' = W x",
    words: ({ name }) => ({
      met: `the matrix ${name} before =`,
      expected: 'a name that begins with a small letter',
      mend: `Begin it with a small letter if it is a value, or take the line out: ${name} is trained.`,
    }),
  },
  'function-assigned': {
    rule: 'The names of functions are reserved.',
    example: "max = h\nh' = h",
    words: ({ name }) => ({
      met: `the function ${name} before =`,
      expected: 'a name that no function has',
      mend: 'Choose another name.',
    }),
  },
  'input-assigned': {
    rule: 'x is the input: no line gives it a value.',
    example: "x = 2\nh' = W x",
    words: ({ name }) => ({
      met: `${name} before =`,
      expected: 'a name other than x, which is the input',
      mend: 'Choose another name.',
    }),
  },
  'defined-twice': {
    rule: 'A name gets its value once.',
    example: "f = h\nf = x\nh' = f",
    words: ({ name, line }) => ({
      met: `${name}, which line ${line} has already given a value`,
      expected: 'a name without a value',
      mend: 'Choose another name, or take one of the lines out.',
    }),
  },
  'value-beside-state': {
    rule: 'A name is a state (with a prime) or a value (without), not both.',
    example: "h' = tanh(W x)\nh = W x",
    words: ({ name, line }) => ({
      met: `${name} with and without a prime before =`,
      expected: `one of the two; line ${line} has the other`,
      mend: 'Choose another name for one of them.',
    }),
  },
  'undefined-primed': {
    rule: 'A primed name is the new value of a state that a line above defines; nothing else has one.',
    example: "h' = tanh(W x + c')",
    words: ({ name, plain }) => ({
      met: `${name}, to which no line gives a value`,
      expected: `a line ${name} = ... above`,
      mend:
        plain === 'x'
          ? 'Take the prime off: x is the input, and no line makes the next one.'
          : `Write such a line, or take the prime off ${plain}.`,
    }),
  },
  order: {
    rule: 'A line uses only what stands above it.',
    example: "h' = f * h\nf = sigmoid(W x)",
    words: ({ name, line }) => ({
      met: `${name}, which gets its value further down, in line ${line}`,
      expected: 'a name from a line above, a state, x or a parameter',
      mend: `Move line ${line} above this one.`,
    }),
  },
  cycle: {
    rule: 'No value is worked out from itself, not by way of others either; only a state comes back, a step later.',
    example: "f = sigmoid(g)\ng = tanh(f)\nh' = g",
    words: ({ name, line, itself }) => ({
      met: itself
        ? `${name} in the line that gives it its value`
        : `${name}, which line ${line} works out from this line`,
      expected: 'a name that can be worked out before this line',
      mend:
        itself && name.endsWith("'")
          ? 'Take the prime off: the value before the step is meant.'
          : 'Make one of the values a state with a prime: its plain name is then the value of the step before.',
    }),
  },
  'no-state': {
    rule: 'A cell has at least one state: a line that begins with a primed name.',
    example: 'h = tanh(W x)',
    words: ({ name }) => ({
      met: name === undefined ? 'a text without a statement' : 'a text without a state',
      expected: `a line that gives a state its next value, as in ${EXAMPLE}`,
      mend:
        name === undefined
          ? `Begin with ${EXAMPLE}.`
          : `Write ${name}' if ${name} is to be kept for the next step.`,
    }),
  },
  'near-name': {
    rule: 'A small name that no line defines is a parameter; one letter from a defined name, it may be a slip.',
    example: undefined,
    words: ({ name, near }) => ({
      met: `${name}, which no line defines: it is taken for a parameter`,
      expected: `perhaps ${near}`,
      mend: `Write ${near} if you mean it; leave it so if ${name} is to be trained.`,
    }),
  },
};
