import { FUNCTIONS, type FunctionName } from '../functions.ts';
import type { Rules } from './rule.ts';

/** What each rule here needs to know of a place where it was broken. */
export interface OperandFacts {
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
}

const functionList = FUNCTIONS.join(', ');

/** How functions and matrices are written before what they work on. */
export const OPERAND_RULES: Rules<OperandFacts> = {
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
};

function argumentsOf(count: number): string {
  return count === 1 ? 'one argument' : `${count === 2 ? 'two' : count} arguments`;
}
