import type { Size } from '../graph.ts';
import type { Rules } from './rule.ts';

/** What each rule here needs to know of a place where it was broken. */
export interface ShapeFacts {
  'sizes-differ': { readonly what: string; readonly left: Size; readonly right: Size };
  'matrix-sizes': { readonly name: string; readonly known: Size; readonly met: Size };
  'matrix-of-number': { readonly name: string };
  'state-size': { readonly name: string; readonly met: Size };
}

/** Which sizes may meet. */
export const SHAPE_RULES: Rules<ShapeFacts> = {
  'sizes-differ': {
    rule: 'What meets element by element has one size; input and units are two sizes, whatever their numbers.',
    example: "h' = tanh(x + h)",
    words: ({ what, left, right }) => ({
      met: `a vector of size ${left} and one of size ${right} at ${what}`,
      expected: 'two vectors of one size',
      mend: 'Bring one to the other’s size with a matrix, as in W x.',
    }),
  },
  'matrix-sizes': {
    rule: 'A matrix has one shape in all its uses.',
    example: "h' = tanh(W x + W h)",
    words: ({ name, known, met }) => ({
      met: `a vector of size ${met} after ${name}`,
      expected: `a vector of size ${known}, as elsewhere in the text`,
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
      met: `a vector of size ${met} for the state ${name}`,
      expected: 'a vector of size units, or a number',
      mend: 'Bring it to the size of the units with a matrix, as in W x.',
    }),
  },
};
