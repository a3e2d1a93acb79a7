import { FUNCTIONS, type FunctionName } from './functions.ts';
import type { Size } from './graph.ts';

/** What a problem says: met and expected as phrases, the mend as a sentence. */
export interface Words {
  readonly met: string;
  readonly expected: string;
  readonly mend: string;
}

/** What each rule needs to know of a place where it was broken. */
export interface Facts {
  'too-long': { readonly limit: number };
  'too-deep': { readonly limit: number };
  'too-many-statements': { readonly limit: number };

  'look-alike': { readonly met: string; readonly instead: string };
  'foreign-letter': { readonly met: string; readonly instead: string | undefined };
  'invisible-character': { readonly met: string };
  'strange-character': { readonly met: string; readonly hint: string | undefined };
  power: { readonly met: string };
  'number-not-finite': { readonly met: string };

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

  'unknown-function': { readonly name: string; readonly nearest: FunctionName | undefined };
  'function-capital': { readonly name: string; readonly plain: FunctionName };
  'function-alone': { readonly name: string };
  'function-prime': { readonly name: string };
  'argument-count': { readonly name: string; readonly wanted: number; readonly count: number };

  'matrix-alone': { readonly name: string };
  'matrix-minus': { readonly name: string };
  'matrix-star': { readonly name: string };
  'matrix-number': { readonly name: string; readonly met: string };
  'matrix-after-value': { readonly name: string; readonly after: string };
  'matrix-prime': { readonly name: string };

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

  'sizes-differ': { readonly what: string; readonly left: Size; readonly right: Size };
  'matrix-sizes': { readonly name: string; readonly known: Size; readonly met: Size };
  'matrix-of-number': { readonly name: string };
  'state-size': { readonly name: string; readonly met: Size };
}

/** A rule's stable code; links and the reference page use it. */
export type Code = keyof Facts;

/** A rule of the language, as the reference page shows it. */
export interface Rule<F> {
  /** The rule itself, in a sentence. */
  readonly rule: string;
  /** A text that breaks it and no other; undefined where no short text does. */
  readonly example: string | undefined;
  readonly words: (facts: F) => Words;
}

const functionList = FUNCTIONS.join(', ');
const elman = "h' = tanh(W x + U h + b)";

/** Every rule that a text can break, by its code. The limits come first, then what is met in reading order. */
export const RULES: { readonly [C in Code]: Rule<Facts[C]> } = {
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

  'missing-name': {
    rule: 'A line begins with the name that it gives a value.',
    example: '= tanh(W x)',
    words: ({ met }) => ({
      met,
      expected: 'the name that this line gives a value',
      mend: `Begin the line with a name and =, as in ${elman}.`,
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
      mend: `Write the value that ${after} needs, or take ${after} out.`,
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

  'unknown-function': {
    rule: `The functions are ${functionList}.`,
    example: "h' = sigmod(W x)",
    words: ({ name, nearest }) => ({
      met: `${name} before a parenthesis, as if it were a function`,
      expected: `one of ${functionList}`,
      mend:
        nearest === undefined
          ? `Write ${name} * ( for a product, or choose a function of the list.`
          : `Write ${nearest}.`,
    }),
  },
  'function-capital': {
    rule: 'The names of functions are lower case, and reserved in any capitalisation.',
    example: "h' = Tanh(W x)",
    words: ({ name, plain }) => ({
      met: `${name}, which is reserved`,
      expected: `${plain}, in lower case`,
      mend: `Write ${plain}, or choose another name for a value of your own.`,
    }),
  },
  'function-alone': {
    rule: 'A function takes its arguments in parentheses.',
    example: "h' = tanh h",
    words: ({ name }) => ({
      met: `the function ${name} without its argument`,
      expected: `${name}( and an argument`,
      mend: `Put what ${name} works on in parentheses.`,
    }),
  },
  'function-prime': {
    rule: 'A function has no prime: derivatives are worked out, not written.',
    example: "h' = tanh'(W x)",
    words: ({ name }) => ({
      met: `a prime on the function ${name}`,
      expected: `${name}( and an argument`,
      mend: 'Take the prime out.',
    }),
  },
  'argument-count': {
    rule: 'max and min take two arguments, every other function takes one.',
    example: "h' = max(h)",
    words: ({ name, wanted, count }) => ({
      met: `${name} with ${argumentsOf(count)}`,
      expected: `${name} with ${argumentsOf(wanted)}`,
      mend: wanted === 2 ? `Write ${name}(a, b).` : `Write ${name}(a).`,
    }),
  },

  'matrix-alone': {
    rule: 'A matrix always multiplies a vector.',
    example: "h' = tanh(W + h)",
    words: ({ name }) => ({
      met: `the matrix ${name} alone`,
      expected: `what ${name} multiplies: a name, a call, a parenthesis or another matrix product`,
      mend: `Write the vector after it, as in ${name} x, or begin the name with a small letter if it is a vector.`,
    }),
  },
  'matrix-minus': {
    rule: 'What a matrix multiplies needs parentheses where it begins with a minus.',
    example: "h' = tanh(W -x)",
    words: ({ name }) => ({
      met: `- right after the matrix ${name}`,
      expected: `what ${name} multiplies`,
      mend: `Put the negative in parentheses, as in ${name} (-x); for a difference, write the vector after ${name} first.`,
    }),
  },
  'matrix-star': {
    rule: 'A matrix stands before its vector with no sign between; * works element by element.',
    example: "h' = tanh(W * x)",
    words: ({ name }) => ({
      met: `* right after the matrix ${name}`,
      expected: `what ${name} multiplies, with no sign between`,
      mend: `Leave the * out: ${name} x.`,
    }),
  },
  'matrix-number': {
    rule: 'A matrix multiplies a vector, not a number.',
    example: "h' = tanh(W 2)",
    words: ({ name, met }) => ({
      met: `${met} right after the matrix ${name}`,
      expected: `a vector for ${name} to multiply`,
      mend: `Scale the product instead: 2 * ${name} x.`,
    }),
  },
  'matrix-after-value': {
    rule: 'A matrix stands before what it multiplies, never after.',
    example: "h' = tanh(x W)",
    words: ({ name, after }) => ({
      met: `the matrix ${name} right after ${after}`,
      expected: 'an operator between them, or the matrix first',
      mend: `Write the matrix before its vector, as in ${name} x, or put * between two factors.`,
    }),
  },
  'matrix-prime': {
    rule: 'A matrix has no prime: it is trained, no step changes it.',
    example: "h' = W' x",
    words: ({ name }) => ({
      met: `a prime on the matrix ${name}`,
      expected: `${name} without a prime`,
      mend: 'Take the prime out; a name for a vector begins with a small letter.',
    }),
  },

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
      mend: `Write such a line, or take the prime off ${plain}.`,
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
      expected: `a line that gives a state its next value, as in ${elman}`,
      mend:
        name === undefined
          ? `Begin with ${elman}.`
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

  'sizes-differ': {
    rule: 'What meets element by element has one size; input and units are two sizes, whatever their numbers.',
    example: "h' = tanh(x + h)",
    words: ({ what, left, right }) => ({
      met: `a vector of ${left} numbers and one of ${right} numbers at ${what}`,
      expected: 'two vectors of one size',
      mend: 'Bring one to the other’s size with a matrix, as in W x.',
    }),
  },
  'matrix-sizes': {
    rule: 'A matrix has one shape in all its uses.',
    example: "h' = tanh(W x + W h)",
    words: ({ name, known, met }) => ({
      met: `a vector of ${met} numbers for ${name}`,
      expected: `a vector of ${known} numbers, as ${name} multiplies elsewhere`,
      mend: 'Use two matrices with two names.',
    }),
  },
  'matrix-of-number': {
    rule: 'A matrix multiplies a vector, not a number, named or not.',
    example: "a = 2\nh' = W a",
    words: ({ name }) => ({
      met: `the matrix ${name} before a number`,
      expected: `a vector for ${name} to multiply`,
      mend: `Multiply the product by the number instead, as in a * ${name} x.`,
    }),
  },
  'state-size': {
    rule: "A state's next value has its size, units, or is a number that fills it.",
    example: "h' = x",
    words: ({ name, met }) => ({
      met: `a vector of ${met} numbers for the state ${name}`,
      expected: 'a vector of units numbers, or a number',
      mend: 'Bring it to the size of the units with a matrix, as in W x.',
    }),
  },
};

function named(instead: string): string {
  if (instead === ' ') return 'a plain space';
  if (instead === '\n') return 'a new line';
  if (instead === "'") return "the straight apostrophe '";
  return instead;
}

function argumentsOf(count: number): string {
  return count === 1 ? 'one argument' : `${count === 2 ? 'two' : count} arguments`;
}
