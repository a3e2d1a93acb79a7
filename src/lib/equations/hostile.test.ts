import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText } from './arbitrary.ts';
import { latex } from './latex.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';
import { EquationError } from './problem.ts';
import { processorTime } from './processor-time.ts';

/** Reads a text in every meaning of this folder's text side; true where it reads, false where it is refused. */
function reads(text: string): boolean {
  try {
    const graph = parse(text);
    parse(print(graph));
    latex(graph);
    return true;
  } catch (error) {
    if (!(error instanceof EquationError)) throw error;
    const { line, column, span, edit, met, expected, mend } = error.problem;
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeLessThanOrEqual(text.length);
    for (const words of [met, expected, mend]) expect(words.length).toBeLessThan(400);
    if (edit !== undefined) expect(edit.span.end).toBeLessThanOrEqual(text.length);
    return false;
  }
}

const TOKENS = [
  ...[
    "h'",
    'h',
    'c',
    "c'",
    'f',
    'x',
    "x'",
    'W',
    'Uf',
    "W'",
    'b',
    'bf',
    '2',
    '.5',
    '1e9',
    '1e999',
    "'",
    '_',
    '#',
  ],
  ...['=', '=', '+', '-', '*', '/', '(', ')', '(', ')', ',', ' ', ' ', '\t', '\n', '\n', '\r', '\r\n'],
  ...[
    'tanh(',
    'sigmoid',
    'max(',
    'Tanh',
    '\u2032',
    '\u2212',
    '\u03C3',
    '\u95E8',
    '\u{1F600}',
    '\u200B',
    '\uFEFF',
    ';',
    '^',
    '@',
  ],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'],
];

/** A valid text with a few characters put in, taken out or doubled: nearer to what people type than noise is. */
function mutatedCell(): fc.Arbitrary<string> {
  const change = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.integer({ min: 0, max: 3 }),
    put: fc.oneof(fc.constant(''), fc.constantFrom(...TOKENS)),
  });
  return fc.tuple(cellText(), fc.array(change, { minLength: 1, maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((changed, { place, remove, put }) => {
      const at = Math.floor(place * changed.length);
      return changed.slice(0, at) + put + changed.slice(at + remove);
    }, text),
  );
}

describe('no text makes the parser throw anything but its own error', () => {
  it.each([
    ['any characters', fc.string({ unit: 'binary', maxLength: 200 })],
    ['any characters after a valid start', fc.string({ unit: 'grapheme' }).map((text) => `h' = ${text}`)],
    ['tokens', fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }).map((tokens) => tokens.join(''))],
    [
      'tokens with spaces',
      fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((all) => `h' = ${all.join(' ')}`),
    ],
    [
      'lone surrogates',
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    ],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => void reads(text)),
      { seed: 11, numRuns: 1500 },
    );
  });

  it('mutated cells, some of which still read', () => {
    let read = 0;
    fc.assert(
      fc.property(mutatedCell(), (text) => {
        read += reads(text) ? 1 : 0;
      }),
      { seed: 12, numRuns: 800 },
    );
    expect(read).toBeGreaterThan(50);
    expect(read).toBeLessThan(750);
  });

  it('refuses no valid cell', () => {
    fc.assert(fc.property(cellText(), reads), { seed: 13, numRuns: 300 });
  });
});

describe('no edit that is offered makes matters worse', () => {
  it('applying edits ends, in a text that reads or one with a fault that no edit mends', () => {
    fc.assert(
      fc.property(mutatedCell(), (text) => {
        let current = text;
        for (let press = 0; press < 60; press += 1) {
          const edit = editOf(current);
          if (edit === undefined) return;
          const next = current.slice(0, edit.span.start) + edit.text + current.slice(edit.span.end);
          expect(next).not.toBe(current);
          current = next;
        }
        throw new Error(`edits go on for ever: ${text}`);
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  function editOf(text: string): EquationError['problem']['edit'] {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return error instanceof EquationError ? error.problem.edit : undefined;
    }
  }
});

describe('no text takes long', () => {
  const MEGABYTE = 1_000_000;
  /** Long by one rule each: a megabyte is refused at once, 20,000 characters are read or refused. */
  const huge: readonly [string, string][] = [
    ['one character', 'a'],
    ['lines', '\n'],
    ['carriage returns', '\r\n'],
    ['parentheses', '('],
    ['minus signs', '-'],
    ['matrices', 'W '],
    ['calls', 'tanh('],
    ['statements', "h' = h\n"],
    ['foreign letters', '\u03C3'],
    ['surrogates', '\uD83D\uDE00'],
    ['comments', '#\n'],
    ['numbers', '1e9+'],
    ['digits', '9'],
    ['primes', "'"],
    ['blanks', ' \t'],
    ['commas', 'max(h,'],
    ['near names', 'gatea+gateb+gatec+gated+'],
  ];

  it.each(huge)('a megabyte of %s', (_, piece) => {
    const took = processorTime(() => {
      reads(piece.repeat(MEGABYTE / piece.length));
      reads(`h' = ${piece.repeat(MEGABYTE / piece.length)}`);
    });
    expect(took).toBeLessThan(1000);
  });

  it.each(huge)('20,000 characters of %s', (_, piece) => {
    const took = processorTime(() => {
      reads(piece.repeat(19_990 / piece.length));
      reads(`h' = ${piece.repeat(19_990 / piece.length)}`);
      reads(`gate = h\nh' = ${piece.repeat(19_980 / piece.length)}h`);
    });
    expect(took).toBeLessThan(1000);
  });

  it('thousands of parameters beside nearly 200 values', () => {
    const values = Array.from({ length: 190 }, (_, i) => `v${i + 100}=h`).join('\n');
    const sum = Array.from({ length: 2400 }, (_, i) => `v${i + 1000}`).join('+');
    const took = processorTime(() => {
      expect(parse(`${values}\nh'=${sum}`).warnings.length).toBeGreaterThan(1000);
    });
    expect(took).toBeLessThan(1000);
  });

  it('a long line of values that each wait for the next', () => {
    const chain = Array.from({ length: 199 }, (_, i) => `a${i} = a${(i + 1) % 199}`).join('\n');
    expect(reads(`${chain}\nh' = a0`)).toBe(false);
  });
});

describe('no text touches a prototype', () => {
  it('names that objects have are names like others', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    for (const name of [
      'constructor',
      'toString',
      'hasOwnProperty',
      'valueOf',
      'isPrototypeOf',
      'prototype',
    ]) {
      const graph = parse(`${name} = W x\nproto' = ${name} * proto\nh' = proto' + ${name}_`);
      expect(graph.parameters.map((parameter) => parameter.name)).toEqual(['W', `${name}_`]);
      expect(graph.states.map((state) => state.name)).toEqual(['proto', 'h']);
    }
    expect(reads("__proto__ = h\nh' = h")).toBe(false);
    expect(reads("h' = constructor(h)")).toBe(false);
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
    expect(Reflect.get({}, 'W')).toBeUndefined();
  });
});
