import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';
import { EquationError } from './problem.ts';
import { RULES } from './rules.ts';

/** The problem that a text has; fails where it has none, or throws something else. */
function problemOf(text: string): EquationError['problem'] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof EquationError) return error.problem;
    throw error;
  }
  throw new Error(`nothing is wrong with ${text}`);
}

/** The text after the edit that its problem offers; undefined where it offers none. */
function mended(text: string): string | undefined {
  const { edit } = problemOf(text);
  return edit && text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
}

describe.each(Object.entries(RULES).filter(([, { example }]) => example !== undefined))(
  '%s',
  (code, rule) => {
    const text = rule.example ?? '';

    it('is what its example breaks', () => {
      expect(problemOf(text).code).toBe(code);
    });

    it('says place, met, expected and mend in whole words', () => {
      const problem = problemOf(text);
      const { line, column, met, expected, mend } = problem;
      expect(new EquationError(problem).message).toContain(`line ${line}, column ${column}: met ${met}`);
      for (const words of [met, expected, mend]) expect(words).not.toMatch(/undefined|\[object|^$/);
      expect(mend).toMatch(/[.]$/);
    });
  },
);

/** Text, code, line and column, and the text that the offered edit makes of it. */
const PLACES: readonly [string, string, number, number, string?][] = [
  // Look-alikes and foreign letters, at their own place; comments may hold anything.
  ['h\u2019 = h', 'look-alike', 1, 2, "h' = h"],
  ['h\u2032 = h', 'look-alike', 1, 2, "h' = h"],
  ["h' = a \u2212 h", 'look-alike', 1, 8, "h' = a - h"],
  ["h' = a \u00D7 h", 'look-alike', 1, 8, "h' = a * h"],
  ["h' = a \u2299 h", 'look-alike', 1, 8, "h' = a * h"],
  ["h' = a \uFF0B h", 'look-alike', 1, 8, "h' = a + h"],
  ["h' = tanh\uFF08h)", 'look-alike', 1, 10, "h' = tanh(h)"],
  ["h' =\u00A0h", 'look-alike', 1, 5, "h' = h"],
  ["h' = \uD835\uDC4E * h", 'look-alike', 1, 6, "h' = a * h"],
  ["h' = \u0441 * h", 'look-alike', 1, 6, "h' = c * h"],
  ["a = 1; h' = a", 'look-alike', 1, 6, "a = 1\n h' = a"],
  ["h' = \u03BB * h", 'foreign-letter', 1, 6, "h' = lambda * h"],
  ["h' = \u0393 h", 'foreign-letter', 1, 6, "h' = Gamma h"],
  ["h' = \u95E8 * h", 'foreign-letter', 1, 6],
  ["h' = h\u200B", 'invisible-character', 1, 7, "h' = h"],
  ["h' = \u{1F600}", 'strange-character', 1, 6],
  ["h' = _a", 'strange-character', 1, 6],
  ["h' = h ^ 2", 'power', 1, 8],
  ["h' = h ** 2", 'power', 1, 9],
  ["h' = h\u00B2", 'power', 1, 7],
  ["h' = \uD800", 'strange-character', 1, 6],
  ['a = 1\r\n\t\u00D7', 'look-alike', 2, 2],
  ['\uFEFF\u00D7', 'look-alike', 1, 1],

  // The form of a line.
  ['= h', 'missing-name', 1, 1],
  ['2 = h', 'missing-name', 1, 1],
  ["h'", 'missing-equals', 1, 3],
  ['tanh(x)', 'missing-equals', 1, 5],
  ["h' h", 'missing-equals', 1, 4, "h' = h"],
  ["h' =  ", 'missing-operand', 1, 5],
  ["h' = # later", 'missing-operand', 1, 5],
  ["h' = h +\t# more", 'missing-operand', 1, 9],
  ["h' = h * / h", 'missing-operand', 1, 10],
  ["h' = ()", 'missing-operand', 1, 7],
  ["h' = max(h,)", 'missing-operand', 1, 12],
  ["h' = h + +h", 'unary-plus', 1, 10, "h' = h + h"],
  ['a = b = h', 'second-equals', 1, 7],
  ['a == h', 'second-equals', 1, 4],
  ["h' = (h", 'unclosed-parenthesis', 1, 8, "h' = (h)"],
  ["h' = max(h, (h + h)", 'unclosed-parenthesis', 1, 20, "h' = max(h, (h + h))"],
  ["h' = h)", 'extra-parenthesis', 1, 7, "h' = h"],
  ["h' = h, h", 'stray-comma', 1, 7],
  ["h' = (h, h)", 'stray-comma', 1, 8],

  // Two operands with nothing between.
  ["z = h\nh' = z h", 'missing-operator', 2, 8, "z = h\nh' = z * h"],
  ["h' = 2 h", 'missing-operator', 1, 8, "h' = 2 * h"],
  ["h' = 2h", 'missing-operator', 1, 7, "h' = 2 * h"],
  ["h' = (h) h", 'missing-operator', 1, 10, "h' = (h) * h"],
  ["h' = (h)(h)", 'missing-operator', 1, 9, "h' = (h) * (h)"],
  ["h' = tanh(h) 2", 'missing-operator', 1, 14, "h' = tanh(h) * 2"],
  ["h' = W x h", 'missing-operator', 1, 10],
  ["h' = x W", 'matrix-after-value', 1, 8, "h' = W x"],
  ["h' = h W x", 'matrix-after-value', 1, 8, "h' = h * W x"],
  ["h' = (h) W", 'matrix-after-value', 1, 10],

  // Primes.
  ["h ' = h", 'prime-apart', 1, 3, "h' = h"],
  ["h'' = h", 'prime-twice', 1, 3, "h' = h"],
  ["h' = h'' + c", 'prime-twice', 1, 8],
  ["h' = 2'", 'stray-prime', 1, 7, "h' = 2"],
  ["h' = tanh(h)'", 'stray-prime', 1, 13, "h' = tanh(h)"],

  // Functions.
  ["h' = sigmod(h)", 'unknown-function', 1, 6, "h' = sigmoid(h)"],
  ["h' = ln(h)", 'unknown-function', 1, 6, "h' = log(h)"],
  ["h' = logistic(h)", 'unknown-function', 1, 6, "h' = sigmoid(h)"],
  ["h' = softmax(h)", 'unknown-function', 1, 6],
  ["z = h\nh' = z (h)", 'unknown-function', 2, 6, "z = h\nh' = z * (h)"],
  ["h' = ReLU(h)", 'function-capital', 1, 6, "h' = relu(h)"],
  ["h' = tanH(h)", 'function-capital', 1, 6, "h' = tanh(h)"],
  ["h' = tanh W x + b", 'function-alone', 1, 6, "h' = tanh(W x) + b"],
  ["h' = tanh -h", 'function-alone', 1, 6, "h' = tanh(-h)"],
  ["h' = tanh", 'function-alone', 1, 6],
  ["h' = tanh'(h)", 'function-prime', 1, 6, "h' = tanh(h)"],
  ["h' = h + max(h)", 'argument-count', 1, 10],
  ["h' = tanh(h, h)", 'argument-count', 1, 6],
  ["h' = max(h, h, h)", 'argument-count', 1, 6],

  // Matrices.
  ["h' = W -x", 'matrix-minus', 1, 8, "h' = W (-x)"],
  ["h' = W - U h", 'matrix-minus', 1, 8, "h' = W (-U h)"],
  ["h' = W -tanh(U (x)) + h", 'matrix-minus', 1, 8],
  ["h' = W * x", 'matrix-star', 1, 8, "h' = W x"],
  ["h' = W*tanh(x)", 'matrix-star', 1, 7, "h' = W tanh(x)"],
  ["h' = W 2", 'matrix-number', 1, 8],
  ["h' = W", 'matrix-alone', 1, 6],
  ["h' = h * W", 'matrix-alone', 1, 10],
  ["h' = V W", 'matrix-alone', 1, 8],
  ["h' = (W) x", 'matrix-alone', 1, 7],
  ["h' = W / x", 'matrix-alone', 1, 6],
  ["h' = W' x", 'matrix-prime', 1, 6, "h' = W x"],
  ["h' = W'x", 'matrix-prime', 1, 6, "h' = W x"],

  // Names.
  ["h' = h\nW = h", 'matrix-assigned', 2, 1],
  ["W' = h", 'matrix-assigned', 1, 1],
  ["max = h\nh' = h", 'function-assigned', 1, 1],
  ["Tanh = h\nh' = h", 'function-assigned', 1, 1],
  ["x = 1\nh' = x", 'input-assigned', 1, 1],
  ["h' = h\n x' = h", 'input-assigned', 2, 2],
  ["f = h\nh' = f\nf = h", 'defined-twice', 3, 1],
  ["h' = h\nh' = h", 'defined-twice', 2, 1],
  ["h = 1\nh' = h", 'value-beside-state', 2, 1],
  ["h' = W x\nh = 1", 'value-beside-state', 2, 1],
  ["h' = c'", 'undefined-primed', 1, 6],
  ["h' = W x'", 'undefined-primed', 1, 8, "h' = W x"],
  ["f = W x\nh' = f'", 'undefined-primed', 2, 6, "f = W x\nh' = f"],
  ["h' = c'\nc' = h", 'order', 1, 6, "c' = h\nh' = c'"],
  ["h' = f * h # first\r\nf = W x", 'order', 1, 6, "f = W x\nh' = f * h # first"],
  ["h' = f\nf = g\ng = W x", 'order', 1, 6],
  ["f = f * h\nh' = f", 'cycle', 1, 5, "f' = f * h\nh' = f"],
  ["h' = f * h'", 'cycle', 1, 10, "h' = f * h"],
  ["f = g\ng = k\nk = f\nh' = k", 'cycle', 1, 5],
  ["f = W x\nh' = c'\nc' = h' * f", 'cycle', 2, 6],
  ['', 'no-state', 1, 1],
  ['# only a comment', 'no-state', 1, 1],
  ['f = W x\nh = tanh(f)', 'no-state', 2, 1, "f = W x\nh' = tanh(f)"],

  // Shapes: at the operator, call, matrix or = where two sizes meet.
  ["h' = h + x", 'sizes-differ', 1, 8, "h' = h + W x"],
  ["h' = tanh(x+h) * W x", 'sizes-differ', 1, 12],
  ["h' = h * W x + x", 'sizes-differ', 1, 14, "h' = h * W x + Wx x"],
  ["h' = (x) + h", 'sizes-differ', 1, 10],
  ["h' = x - h", 'sizes-differ', 1, 8, "h' = W x - h"],
  ["h' = x * h + W x", 'sizes-differ', 1, 8],
  ["h' = h + x * p", 'sizes-differ', 1, 8],
  ["h' = max(x, h)", 'sizes-differ', 1, 6],
  ["a = p + q\nb = p * x\nh' = h - q", 'sizes-differ', 3, 8],
  ["f = W x\nh' = W h", 'matrix-sizes', 2, 6],
  ["h' = W (2 + 3)", 'matrix-of-number', 1, 6],
  ["a = tanh(2)\nh' = U W a", 'matrix-of-number', 2, 8],
  ["h' = x", 'state-size', 1, 4, "h' = W x"],
  ["e = 2 * x\n  h' = e", 'state-size', 2, 6],
];

describe('places', () => {
  it.each(PLACES)('%j: %s at line %i, column %i', (text, code, line, column, after) => {
    expect(problemOf(text)).toMatchObject({ code, line, column });
    if (after === undefined) return;
    expect(mended(text)).toBe(after);
    expect(() => parse(after)).not.toThrow();
  });

  it('are told for every rule that has an example', () => {
    const told = new Set(PLACES.map(([, code]) => code));
    const examples = Object.entries(RULES).filter(([, { example }]) => example !== undefined);
    expect(examples.map(([code]) => code).filter((code) => !told.has(code))).toEqual(['number-not-finite']);
  });

  it('take a prime off without making another name of what follows', () => {
    expect(mended("h' = tanh'h")).toBe("h' = tanh h");
  });

  it('say met, expected and mend, with long names cut', () => {
    const { message } = new EquationError(problemOf(`h' = h ${'a'.repeat(500)}`));
    expect(message).toBe(
      `line 1, column 8: met ${'a'.repeat(24)}… right after h, expected an operator between them. ` +
        'Write a product with *; only a matrix stands before what it multiplies.',
    );
  });

  it('span the whole token', () => {
    const { span } = problemOf("h' = sigmod(h)");
    expect(span).toEqual({ start: 5, end: 11 });
  });
});

describe('limits', () => {
  it.each([
    ['parentheses', "h' = ", '(', 'h', ')'],
    ['calls', "h' = ", 'tanh(', 'h', ')'],
    ['matrices', "h' = ", 'U ', 'h', ''],
    ['minus signs', "h' = ", '-', 'h', ''],
    ['products around parentheses', "h' = ", '(-', 'h', ')'],
  ])('%s nest 200 deep and no deeper', (_, start, open, inside, close) => {
    const levels = open === '(-' ? 2 : 1;
    const nested = (depth: number): string =>
      start + open.repeat(depth / levels) + inside + close.repeat(depth / levels);
    expect(() => parse(nested(200))).not.toThrow();
    // The sign that opens the level: of a call, its parenthesis.
    const opening = start.length + (200 / levels) * open.length + (open === 'tanh(' ? 5 : 1);
    expect(problemOf(nested(200 + levels))).toMatchObject({ code: 'too-deep', line: 1, column: opening });
  });

  it('counts a level only while it is open', () => {
    const term = `${'('.repeat(150)}-U h${')'.repeat(150)}`;
    expect(() => parse(`h' = ${term} + ${term} * ${term}`)).not.toThrow();
    expect(() => parse(`h' = ${Array(500).fill('-U h').join(' + ')}`)).not.toThrow();
  });

  it('takes 200 statements and no more', () => {
    const lines = Array.from({ length: 199 }, (_, index) => `# ${index}\n\na${index} = h`).join('\n');
    expect(() => parse(`${lines}\nh' = h`)).not.toThrow();
    expect(problemOf(`${lines}\nh' = h\n  c' = h`)).toMatchObject({
      code: 'too-many-statements',
      line: 199 * 3 + 2,
      column: 3,
    });
  });

  it('takes 20,000 characters and no more, not counting a byte order mark', () => {
    const full = `h' = h\n#${'a'.repeat(20_000 - 8)}`;
    expect(full).toHaveLength(20_000);
    expect(() => parse(full)).not.toThrow();
    expect(() => parse(`\uFEFF${full}`)).not.toThrow();
    expect(problemOf(`${full}b`)).toMatchObject({ code: 'too-long', line: 2, column: 20_000 - 7 + 1 });
    expect(problemOf(`\uFEFF${full}b`).code).toBe('too-long');
  });

  it('are told before any other fault', () => {
    expect(problemOf(`h' = \u00D7\nc' = ${'('.repeat(201)}`).code).toBe('too-deep');
    expect(problemOf(`\u00D7\n${'h\n'.repeat(200)}`).code).toBe('too-many-statements');
    expect(problemOf('\u00D7'.repeat(20_001)).code).toBe('too-long');
  });
});
