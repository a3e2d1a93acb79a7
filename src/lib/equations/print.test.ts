import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText } from './arbitrary.ts';
import type { Graph } from './graph.ts';
import { LIMITS } from './limits.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';

/** A graph without what printing may change: the source and where things stand in it. */
function withoutPlaces({ source: _, nodes, warnings, ...rest }: Graph): unknown {
  return {
    ...rest,
    nodes: nodes.map(({ span: __, ...node }) => node),
    warnings: warnings.map(({ code, line, met, expected }) => ({ code, line, met, expected })),
  };
}

function expectSame(text: string): void {
  const graph = parse(text);
  const printed = print(graph);
  const again = parse(printed);
  expect(withoutPlaces(again)).toEqual(withoutPlaces(graph));
  expect(print(again)).toBe(printed);
}

describe('print', () => {
  it.each([
    ["h'=W(x)", "h' = W x"],
    ["h' = ((h+h))-(h)", "h' = h + h - h"],
    ["h' = h-(h-h)", "h' = h - (h - h)"],
    ["h' = h/(h*h)*h", "h' = h / (h * h) * h"],
    ["h' = (h+h)*-(h)", "h' = (h + h) * -h"],
    ["h' = -(-(h*h))", "h' = --(h * h)"],
    ["h' = (-h)*h", "h' = -h * h"],
    ["h' = -(W(x))", "h' = -W x"],
    ["h' = W(-x)", "h' = W (-x)"],
    ["h' = V(U(h))", "h' = V U h"],
    ["h' = (U h)*h", "h' = U h * h"],
    ["h' = U(h*h)", "h' = U (h * h)"],
    ["h' = max((h),(h+h))", "h' = max(h, h + h)"],
    ["h' = .50*h+1.", "h' = 0.5 * h + 1"],
    ["h' = 1E+21*h-1e-7", "h' = 1e21 * h - 1e-7"],
    ["gate=h\nh'=gate", "gate = h\nh'   = gate"],
    ["# LSTM\r\n\r\nf=h#forget\r\nh'=f", "# LSTM\n\nf  = h # forget\nh' = f"],
    ["\uFEFFh' = h\n\n\n", "h' = h"],
    ["a_long_name_stands_out = h\nh' = h", "a_long_name_stands_out = h\nh' = h"],
  ])('%j', (text, printed) => {
    expect(print(parse(text))).toBe(printed);
    expectSame(text);
  });

  it('is read as the same graph, whatever the cell', () => {
    fc.assert(fc.property(cellText(), expectSame), { seed: 3, numRuns: 300 });
  });

  it('reads the same number', () => {
    const number = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, (value) => {
        const graph = parse(print(parse(`h' = h * ${Math.abs(value)}`)));
        expect(graph.nodes.find(({ op }) => op === 'number')).toMatchObject({ value: Math.abs(value) });
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it.each([
    ['6,000 terms', `h'=${Array(6000).fill('h').join('+')}`],
    ['as long as a text may be', `h'=${Array(3300).fill('a*.25').join('+')}`.slice(0, LIMITS.characters)],
    [
      'short forms of numbers',
      `h'=${Array(2800).fill('h*15e-8').join('+').slice(0, 19_990)}`.replace(/[+*e-]+\d*$/, ''),
    ],
    ['a product after each minus', `h'=${Array(4900).fill('-h').join('+')}`],
    ['comments', `${Array(6000).fill('#a\r\n').join('')}h'=h`.slice(-LIMITS.characters)],
  ])('a text that would outgrow the limit is printed without spaces: %s', (_, text) => {
    expect(print(parse(text)).length).toBeLessThanOrEqual(LIMITS.characters);
    expectSame(text);
  });

  it('a text that doubles itself is printed line by line', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `a${i + 1} = a${i} + a${i}`).join('\n');
    expectSame(`a0 = h\n${doubling}\nh' = a60`);
  });
});
