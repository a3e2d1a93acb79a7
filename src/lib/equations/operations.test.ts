import { describe, expect, it, test } from 'vitest';
import { BINARY_FUNCTIONS, UNARY_FUNCTIONS } from './graph.ts';
import { named, run } from './numbers.ts';
import { sigmoid, softplus } from './operations.ts';
import { parse } from './parse.ts';
import { centralDifference } from './sample.ts';
import { adjointNamed, backThroughTime } from './through-time.ts';

/** One unit whose state goes once through one function: the value at u, and the derivative there. */
function at(expression: string, u: number): { value: number; derivative: number } {
  const graph = parse(`u' = ${expression}`);
  const initial = new Map([['u', [u]]]);
  const recording = run(graph, { input: 1, units: 1 }, new Map(), [[0]], { initial });
  const through = backThroughTime(recording, [[1]]);
  return {
    value: named(recording, 0, "u'")[0] ?? Number.NaN,
    derivative: adjointNamed(through, 0, 'u')[0] ?? Number.NaN,
  };
}

describe('every function and operator', () => {
  const unary = UNARY_FUNCTIONS.map((name) => `${name}(u)`);
  const binary = BINARY_FUNCTIONS.flatMap((name) => [`${name}(u, 0.5)`, `${name}(0.5, u)`]);
  const operators = ['+', '-', '*', '/'].flatMap((sign) => [`u ${sign} 0.3`, `0.3 ${sign} u`]);

  it.each([...unary, ...binary, ...operators, '-u'])('%s has the slope that it shows', (expression) => {
    for (const u of [0.25, 0.75, 2]) {
      const slope = centralDifference((step) => at(expression, u + step).value);
      expect(at(expression, u).derivative).toBeCloseTo(slope, 7);
    }
  });

  it('is the function of mathematics', () => {
    expect(at('softplus(u)', 0.75).value).toBeCloseTo(Math.log(1 + Math.exp(0.75)), 15);
    expect(at('sigmoid(u)', 0.75).value).toBeCloseTo(1 / (1 + Math.exp(-0.75)), 15);
    for (const name of ['tanh', 'exp', 'log', 'sqrt', 'abs'] as const)
      expect(at(`${name}(u)`, 0.75).value).toBe(Math[name](0.75));
  });
});

describe.each(['sigmoid', 'tanh', 'softplus'])('%s', (name) => {
  it.each([0, 1e-300, 1, 30, 40, 709, 710, 1e3, 1e308, Number.MAX_VALUE])(
    'is finite with its derivative at plus and minus %d',
    (x) => {
      for (const argument of [x, -x]) {
        const { value, derivative } = at(`${name}(u)`, argument);
        expect(Number.isFinite(value)).toBe(true);
        expect(Number.isFinite(derivative)).toBe(true);
        expect(derivative).toBeGreaterThanOrEqual(0);
      }
    },
  );
});

test('sigmoid and softplus keep their digits far out', () => {
  expect(sigmoid(-700) / Math.exp(-700)).toBeCloseTo(1, 12);
  expect(softplus(-700) / Math.exp(-700)).toBeCloseTo(1, 12);
  expect(softplus(1e6)).toBe(1e6);
  expect(sigmoid(3) + sigmoid(-3)).toBeCloseTo(1, 15);
  expect(sigmoid(3)).toBeCloseTo(1 / (1 + Math.exp(-3)), 15);
});

describe('at a kink', () => {
  it.each([
    ['relu(u)', 0, 0, 0],
    ['relu(u)', 2, 2, 1],
    ['relu(u)', -2, 0, 0],
    ['abs(u)', 0, 0, 0],
    ['abs(u)', -2, 2, -1],
    // At a tie all goes to the first argument.
    ['max(u, 3)', 3, 3, 1],
    ['max(3, u)', 3, 3, 0],
    ['min(u, 3)', 3, 3, 1],
    ['min(3, u)', 3, 3, 0],
    ['max(2 * u, u)', 0, 0, 2],
    ['max(u, 3)', 4, 4, 1],
    ['min(u, 3)', 4, 3, 0],
  ])('%s at %d is %d with derivative %d', (expression, u, value, derivative) => {
    expect(at(expression, u)).toEqual({ value, derivative });
  });
});

test('what is not a number stays visible', () => {
  for (const expression of ['relu(log(u))', 'abs(log(u))', 'max(log(u), 0)', 'sigmoid(log(u))'])
    expect(at(expression, -1).value).toBeNaN();
  expect(at('exp(u)', 1000).value).toBe(Number.POSITIVE_INFINITY);
});
