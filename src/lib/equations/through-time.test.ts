import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText } from './arbitrary.ts';
import { run } from './numbers.ts';
import { parse } from './parse.ts';
import { differentiate, record, sample } from './sample.ts';
import { adjointNamed, backThroughTime } from './through-time.ts';

const ONE = { input: 1, units: 1 };
/** x comes in through V = 1, because an input is no state. */
const ONCE = new Map([
  ['u', [3]],
  ['V', [1]],
]);
const numbers = (array: Float64Array | undefined) => [...(array ?? [])];

describe('back through time', () => {
  it('is the total derivative: through later lines and later steps', () => {
    // With V = 1, h = u (u (u h0 + x0) + x1) + x2, and the loss is its last value.
    const graph = parse("h' = u * h + V x");
    const recording = run(graph, ONE, ONCE, [[1], [1], [1]]);
    const through = backThroughTime(recording, [undefined, undefined, [1]]);
    expect(through.inputs.map(numbers)).toEqual([[9], [3], [1]]);
    expect(numbers(through.initial.get('h'))).toEqual([27]);
    // d/du of u² x0 + u x1 + x2 at 3.
    expect(numbers(through.parameters.get('u'))).toEqual([7]);
    expect([0, 1, 2].map((step) => numbers(adjointNamed(through, step, "h'")))).toEqual([[9], [3], [1]]);
    expect([0, 1, 2].map((step) => numbers(adjointNamed(through, step, 'h')))).toEqual([[27], [9], [3]]);
  });

  it('adds up what the loss says at several steps', () => {
    const recording = run(parse("h' = u * h + V x"), ONE, ONCE, [[1], [1]]);
    const through = backThroughTime(recording, [[10], [1]]);
    expect(through.inputs.map(numbers)).toEqual([[13], [1]]);
  });

  it('gives zero, not nothing, to what reaches no loss', () => {
    const graph = parse("a = b * x\nc' = c + W x\nh' = V x");
    const recording = run(
      graph,
      ONE,
      new Map([
        ['b', [2]],
        ['W', [2]],
        ['V', [1]],
      ]),
      [[1], [1]],
    );
    const through = backThroughTime(recording, [undefined, [1]]);
    expect(numbers(through.parameters.get('b'))).toEqual([0]);
    expect(numbers(through.parameters.get('W'))).toEqual([0]);
    expect(numbers(through.initial.get('c'))).toEqual([0]);
    expect(numbers(adjointNamed(through, 1, 'a'))).toEqual([0]);
    expect(numbers(adjointNamed(through, 1, "c'"))).toEqual([0]);
    expect(numbers(adjointNamed(through, 1, 'h'))).toEqual([0]);
    expect(through.inputs.map(numbers)).toEqual([[0], [1]]);
  });

  it('passes over a masked step: its states carry on, its values get zero', () => {
    const recording = run(parse("a = h + V x\nh' = 2 * a"), ONE, ONCE, [[1], [1], [1]], {
      mask: [true, false, true],
    });
    const through = backThroughTime(recording, [undefined, [5], [1]]);
    // The masked step repeats the first step's output, so its seed reaches the first step too.
    expect(through.inputs.map(numbers)).toEqual([[14], [0], [2]]);
    expect(numbers(adjointNamed(through, 1, 'a'))).toEqual([0]);
    expect(numbers(adjointNamed(through, 1, "h'"))).toEqual([7]);
    expect(numbers(adjointNamed(through, 1, 'h'))).toEqual([7]);
  });

  it('of a masked sequence is that of the sequence without its masked steps', () => {
    const masks = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cellText(), masks, (text, mask) => {
        const long = sample(parse(text), { input: 2, units: 3 }, mask, 1);
        const kept = <T>(items: readonly T[]) => items.filter((_, t) => mask[t]);
        // The loss reads what counts: a seed at a masked step would read the repeated output.
        const short = { ...long, inputs: kept(long.inputs), seeds: kept(long.seeds), mask: kept(mask) };
        const masked = backThroughTime(
          record(long),
          long.seeds.map((seed, t) => (mask[t] ? seed : undefined)),
        );
        const without = differentiate(short);
        expect(masked.parameters).toEqual(without.parameters);
        expect(masked.initial).toEqual(without.initial);
        expect(kept(masked.inputs)).toEqual(without.inputs);
        expect(kept(masked.steps)).toEqual(without.steps);
      }),
    );
  });

  it('sums over a state that a number fills', () => {
    const recording = run(parse("a = 2\nh' = a"), { input: 1, units: 3 }, new Map(), [[0]]);
    const through = backThroughTime(recording, [[1, 10, 100]]);
    expect(numbers(adjointNamed(through, 0, 'a'))).toEqual([111]);
  });

  it('takes a loss that reads nothing, and a sequence without a step', () => {
    const graph = parse("h' = W x");
    const none = backThroughTime(run(graph, ONE, new Map([['W', [1]]]), []), []);
    expect(numbers(none.parameters.get('W'))).toEqual([0]);
    expect(numbers(none.initial.get('h'))).toEqual([0]);
    const unread = backThroughTime(run(graph, ONE, new Map([['W', [1]]]), [[1]]), [undefined]);
    expect(numbers(unread.parameters.get('W'))).toEqual([0]);
  });

  it('is not disturbed by an overflow after the last step that the loss reads', () => {
    const graph = parse("h' = exp(h * 100) * u");
    const recording = run(graph, ONE, new Map([['u', [1]]]), [[0], [0], [0]]);
    expect(numbers(recording.steps[2]?.after.get('h'))).toEqual([Number.POSITIVE_INFINITY]);
    const through = backThroughTime(recording, [[1], undefined, undefined]);
    expect(numbers(through.parameters.get('u'))).toEqual([1]);
    expect(numbers(through.initial.get('h'))).toEqual([100]);
  });

  it('is zero at the last step for a state that the output reads one step later, even where it overflowed', () => {
    const graph = parse("c' = log(c)\nh' = u * c");
    const initial = new Map([['c', [0.5]]]);
    const recording = run(graph, ONE, new Map([['u', [2]]]), [[0], [0]], { initial });
    expect(numbers(recording.steps[1]?.after.get('c'))).toEqual([Number.NaN]);
    const through = backThroughTime(recording, [[1], undefined]);
    expect(numbers(adjointNamed(through, 0, "c'"))).toEqual([0]);
    expect(numbers(through.initial.get('c'))).toEqual([2]);
    const both = backThroughTime(recording, [undefined, [1]]);
    expect([0, 1].map((step) => numbers(adjointNamed(both, step, "c'")))).toEqual([[2], [0]]);
    expect(numbers(both.initial.get('c'))).toEqual([4]);
  });

  it('says what does not fit', () => {
    const recording = run(parse("h' = W x"), ONE, new Map([['W', [1]]]), [[1]]);
    expect(() => backThroughTime(recording, [])).toThrow('there are 0 seeds for 1 steps');
    expect(() => backThroughTime(recording, [[1, 2]])).toThrow('the seed of step 0 has 2 numbers, expected');
    const through = backThroughTime(recording, [[1]]);
    expect(() => adjointNamed(through, 0, 'W')).toThrow('W is a parameter');
    expect(() => adjointNamed(through, 0, 'V')).toThrow('these equations have no V');
    expect(() => adjointNamed(through, 1, 'h')).toThrow('there is no step 1');
  });
});
