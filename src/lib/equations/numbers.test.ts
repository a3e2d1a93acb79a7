import { describe, expect, it } from 'vitest';
import { named, output, run } from './numbers.ts';
import { parse } from './parse.ts';

const SIZES = { input: 2, units: 3 };
const numbers = (array: Float64Array) => [...array];

describe('run', () => {
  const sum = parse("a = 2\nh' = h + W x * a");
  const weights = new Map([['W', [1, 0, 0, 1, 1, 1]]]);

  it('multiplies row by row and carries the state', () => {
    const recording = run(sum, SIZES, weights, [
      [1, 2],
      [10, 20],
    ]);
    expect(numbers(output(recording, 0))).toEqual([2, 4, 6]);
    expect(numbers(output(recording, 1))).toEqual([22, 44, 66]);
    expect(numbers(named(recording, 1, 'h'))).toEqual([2, 4, 6]);
    expect(numbers(named(recording, 1, "h'"))).toEqual([22, 44, 66]);
    expect(numbers(named(recording, 1, 'a'))).toEqual([2]);
    expect(numbers(named(recording, 1, 'x'))).toEqual([10, 20]);
    expect(numbers(named(recording, 1, 'W'))).toEqual([1, 0, 0, 1, 1, 1]);
  });

  it('starts where it is told', () => {
    const recording = run(sum, SIZES, weights, [[0, 0]], { initial: new Map([['h', [7, 8, 9]]]) });
    expect(numbers(output(recording, 0))).toEqual([7, 8, 9]);
  });

  it('carries every state over a masked step and repeats the output', () => {
    const two = parse("c' = c + V x\nh' = c'");
    const same = new Map([['V', [1, 0, 0, 1]]]);
    const recording = run(
      two,
      { input: 2, units: 2 },
      same,
      [
        [1, 2],
        [5, 5],
        [1, 1],
      ],
      {
        mask: [true, false, true],
      },
    );
    expect([0, 1, 2].map((step) => numbers(output(recording, step)))).toEqual([
      [1, 2],
      [1, 2],
      [2, 3],
    ]);
    expect(numbers(named(recording, 1, "c'"))).toEqual([1, 2]);
    expect(recording.steps.map(({ masked }) => masked)).toEqual([false, true, false]);
  });

  it('fills a state with a number', () => {
    const recording = run(parse("h' = 0.5"), SIZES, new Map(), [[0, 0]]);
    expect(numbers(output(recording, 0))).toEqual([0.5, 0.5, 0.5]);
  });

  it('reads a state that no line reads, and x without a reader', () => {
    const recording = run(parse("h' = b"), SIZES, new Map([['b', [1, 2, 3]]]), [[4, 5]]);
    expect(numbers(named(recording, 0, 'h'))).toEqual([0, 0, 0]);
    expect(numbers(named(recording, 0, 'x'))).toEqual([4, 5]);
  });

  it('has parameters by any name that the language allows', () => {
    const graph = parse("h' = constructor + valueOf + pi");
    const vectors = new Map(['constructor', 'valueOf', 'pi'].map((name) => [name, [1, 2, 3]]));
    expect(numbers(output(run(graph, SIZES, vectors, [[0, 0]]), 0))).toEqual([3, 6, 9]);
    expect(() => run(graph, SIZES, new Map(), [])).toThrow('parameter constructor is missing');
  });

  it('says what is missing or does not fit', () => {
    expect(() => run(sum, SIZES, new Map(), [])).toThrow(
      'parameter W is missing: expected 6 numbers ([units = 3, input = 2])',
    );
    expect(() => run(sum, SIZES, new Map([['W', [1]]]), [])).toThrow(
      'parameter W has 1 numbers, expected 6 ([units = 3, input = 2])',
    );
    expect(() => run(sum, SIZES, weights, [[1, 2, 3]])).toThrow('input 0 has 3 numbers, expected 2');
    expect(() => run(sum, SIZES, weights, [[1, 2]], { mask: [] })).toThrow('the mask has 0 entries');
    expect(() => run(sum, SIZES, weights, [], { initial: new Map([['c', [0]]]) })).toThrow(
      'the initial value of c has no state to go to; the states are h',
    );
    expect(() => run(sum, SIZES, weights, [], { initial: new Map([['h', [0]]]) })).toThrow(
      'the initial value of h has 1 numbers, expected 3',
    );
    const recording = run(sum, SIZES, weights, [[1, 2]]);
    expect(() => named(recording, 1, 'h')).toThrow('there is no step 1: the recording has 1 steps');
    expect(() => named(recording, 0, "c'")).toThrow("these equations have no c'; they have x, a, h', W");
  });
});
