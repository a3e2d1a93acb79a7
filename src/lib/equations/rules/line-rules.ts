import { EXAMPLE, type Rules } from './rule.ts';

/** What each rule here needs to know of a place where it was broken. */
export interface LineFacts {
  'missing-name': { readonly met: string };
  'missing-equals': { readonly met: string; readonly name: string };
  'second-equals': { readonly met: string };
  'missing-operand': { readonly met: string; readonly after: string };
  'unary-plus': { readonly met: string };
  'missing-operator': { readonly met: string; readonly after: string };
  'unclosed-parenthesis': { readonly met: string; readonly column: number };
  'extra-parenthesis': { readonly met: string };
  'stray-comma': { readonly met: string };
  'prime-apart': { readonly after: string };
  'prime-twice': { readonly name: string };
  'stray-prime': { readonly after: string };
}

/** How a line is put together: names, signs, parentheses, primes. */
export const LINE_RULES: Rules<LineFacts> = {
  'missing-name': {
    rule: 'A line begins with the name that it gives a value.',
    example: '= tanh(W x)',
    words: ({ met }) => ({
      met,
      expected: 'the name that this line gives a value',
      mend: `Begin the line with a name and =, as in ${EXAMPLE}.`,
    }),
  },
  'missing-equals': {
    rule: "A line is name = expression, or name' = expression for a state.",
    example: "h' tanh(W x)",
    words: ({ met, name }) => ({
      met,
      expected: `= after ${name}`,
      mend: `Write ${name} = and then the expression.`,
    }),
  },
  'second-equals': {
    rule: 'A line has one =.',
    example: "h' = c = tanh(W x)",
    words: ({ met }) => ({
      met: `a second ${met}`,
      expected: 'an operator or the end of the line',
      mend: 'Give each name a line of its own.',
    }),
  },
  'missing-operand': {
    rule: 'An operator stands between two values, a call and a parenthesis hold one.',
    example: "h' = W x + ",
    words: ({ met, after }) => ({
      met: `${met} after ${after}`,
      expected: 'a value: a name, a number, a call, a matrix with its vector, or a parenthesis',
      mend: '+-*/'.includes(after)
        ? `Write the value that ${after} needs, or take ${after} out.`
        : `Write a value after ${after}.`,
    }),
  },
  'unary-plus': {
    rule: 'There is no plus sign before a value.',
    example: "h' = +h",
    words: ({ met }) => ({ met: `${met} before a value`, expected: 'the value', mend: 'Leave the + out.' }),
  },
  'missing-operator': {
    rule: 'A product is written with *; only a matrix stands before what it multiplies.',
    example: "z = sigmoid(W x)\nh' = z h",
    words: ({ met, after }) => ({
      met: `${met} right after ${after}`,
      expected: 'an operator between them',
      mend: 'Write a product with *; only a matrix stands before what it multiplies.',
    }),
  },
  'unclosed-parenthesis': {
    rule: 'Each ( has its ) on the same line.',
    example: "h' = tanh(W x",
    words: ({ met, column }) => ({
      met,
      expected: `) for the ( in column ${column}`,
      mend: 'Close the parenthesis on its own line.',
    }),
  },
  'extra-parenthesis': {
    rule: 'Each ) has its ( before it on the line.',
    example: "h' = tanh(W x))",
    words: ({ met }) => ({
      met: `${met} that closes nothing`,
      expected: 'an operator or the end of the line',
      mend: 'Take it out, or open a parenthesis before it.',
    }),
  },
  'stray-comma': {
    rule: 'A comma parts the two arguments of max and min, nothing else.',
    example: "h' = tanh(W x), h",
    words: ({ met }) => ({
      met: `${met} outside a call`,
      expected: 'an operator or the end of the line',
      mend: 'A comma parts the arguments of max and min; begin a new line for a new statement.',
    }),
  },
  'prime-apart': {
    rule: 'A prime touches its name.',
    example: "h ' = tanh(W x)",
    words: ({ after }) => ({
      met: `a prime apart from ${after}`,
      expected: `${after}' with no space`,
      mend: 'Take the space out.',
    }),
  },
  'prime-twice': {
    rule: 'A name has one prime at most.',
    example: "h'' = tanh(W x)",
    words: ({ name }) => ({
      met: `a second prime on ${name}`,
      expected: 'one prime: the value after this step',
      mend: 'Keep one prime; for an older value, carry it in a state of its own.',
    }),
  },
  'stray-prime': {
    rule: 'A prime belongs to a name.',
    example: "h' = (W x)'",
    words: ({ after }) => ({
      met: `a prime after ${after}`,
      expected: 'a prime only on the name of a state',
      mend: 'Take the prime out.',
    }),
  },
};
