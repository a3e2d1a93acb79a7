import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText } from './arbitrary.ts';
import { gradient } from './gradient.ts';
import type { Graph } from './graph.ts';
import { parse } from './parse.ts';
import { processorTime } from './processor-time.ts';
import {
  centralDifference,
  differentiate,
  type Leaf,
  leaves,
  loss,
  randomNumbers,
  record,
  sample,
} from './sample.ts';
import { adjointNamed } from './through-time.ts';

const SIZES = { input: 2, units: 3 };
const MASK = [true, false, true, true];

/** The loss as a function of one number that moves every place at once, each by its own share. */
function along(places: readonly Leaf[], directions: readonly Float64Array[], f: () => number) {
  const origins = places.map(({ values }) => values.slice());
  const moveBy = (step: number) => {
    for (const [p, { values }] of places.entries())
      for (let k = 0; k < values.length; k++)
        values[k] = (origins[p]?.[k] ?? 0) + step * (directions[p]?.[k] ?? 0);
  };
  return (step: number) => {
    moveBy(step);
    const value = f();
    moveBy(0);
    return value;
  };
}

/**
 * The smallest distance from a place where a function has no derivative: relu and abs at 0, max and min at a tie,
 * log, sqrt and a division at 0.
 */
function distanceFromKinks(graph: Graph, values: readonly (readonly Float64Array[])[]): number {
  const smallest = (array: Float64Array) =>
    array.reduce((least, a) => Math.min(least, Math.abs(a)), Infinity);
  const gap = (a: Float64Array, b: Float64Array) =>
    smallest(
      Float64Array.from({ length: Math.max(a.length, b.length) }, (_, k) => {
        return (a[a.length === 1 ? 0 : k] as number) - (b[b.length === 1 ? 0 : k] as number);
      }),
    );
  return values
    .flatMap((step) => {
      const value = (id: number) => step[id] as Float64Array;
      return graph.nodes.map((node) => {
        switch (node.op) {
          case 'relu':
          case 'abs':
          case 'log':
          case 'sqrt':
            return smallest(value(node.a));
          case 'div':
            return smallest(value(node.b));
          case 'max':
          case 'min':
            return gap(value(node.a), value(node.b));
          default:
            return Infinity;
        }
      });
    })
    .reduce((least, distance) => Math.min(least, distance), Infinity);
}

describe('the gradient of a random cell', () => {
  it('is what central differences find along a random direction, wherever the loss is smooth', () => {
    fc.assert(
      fc.property(cellText(), fc.integer({ min: 1, max: 2 ** 31 }), (text, seed) => {
        const sampled = sample(parse(text), SIZES, MASK, seed);
        const steps = record(sampled).steps.filter(({ masked }) => !masked);
        fc.pre(
          distanceFromKinks(
            sampled.graph,
            steps.map(({ values }) => values),
          ) > 0.02,
        );
        const places = leaves(sampled, differentiate(sampled));
        const random = randomNumbers(seed);
        const directions = places.map(({ values }) => values.map(random));
        const f = along(places, directions, () => loss(sampled));
        const [fine, coarse] = [centralDifference(f, 5e-4), centralDifference(f, 1e-3)];
        // Two step sizes that disagree say that differences can't be trusted here: too steep, or not a number.
        const trust = Math.abs(fine - coarse);
        fc.pre(trust < 1e-7 * (1 + Math.abs(fine)));
        const exact = places.reduce(
          (sum, { derivative }, p) =>
            derivative.reduce((inner, d, k) => inner + d * (directions[p]?.[k] ?? 0), sum),
          0,
        );
        expect(Math.abs(exact - fine)).toBeLessThan(1e-6 * (1 + Math.abs(fine)));
      }),
      { numRuns: 200 },
    );
  });

  it('has a node for every value, in topological order and in the value’s shape', () => {
    fc.assert(
      fc.property(cellText(), (text) => {
        const graph = parse(text);
        const { nodes, adjoints, statements, parameters, states } = gradient(graph);
        expect(nodes.slice(0, graph.nodes.length)).toEqual(graph.nodes);
        for (const [id, node] of nodes.entries())
          for (const operand of ['a', 'b', 'matrix', 'vector'] as const)
            if (operand in node)
              expect((node as unknown as Record<string, number>)[operand]).toBeLessThan(id);
        for (const [id, { shape }] of graph.nodes.entries())
          expect(nodes[adjoints[id] ?? -1]?.shape).toEqual(shape);
        expect([...statements.keys()]).toEqual(
          graph.statements.map(({ name, primed }) => (primed ? `${name}'` : name)),
        );
        expect([...parameters.keys()]).toEqual(graph.parameters.map(({ name }) => name));
        expect([...states.keys()]).toEqual(graph.states.map(({ name }) => name));
        expect(nodes.length).toBeLessThan(9 * graph.nodes.length + 5 * graph.states.length + 8);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a text made to be hard', () => {
  const answersAtOnce = (text: string): readonly [Graph, number] => {
    const graph = parse(text);
    let slope = Number.NaN;
    const took = processorTime(() => {
      const through = differentiate(sample(graph, SIZES, MASK, 1));
      slope = adjointNamed(through, 0, 'x')[0] ?? Number.NaN;
    });
    expect(took).toBeLessThan(500);
    expect(gradient(graph).nodes.length).toBeLessThan(9 * graph.nodes.length + 8);
    return [graph, slope];
  };

  it('that doubles itself 60 times is answered at once', () => {
    const doubled = Array.from({ length: 60 }, (_, k) => `a${k + 1} = a${k} + a${k}`);
    const recording = ['a0 = V x', ...doubled, "h' = a60"].join('\n');
    const [, derivative] = answersAtOnce(recording);
    expect(Math.abs(derivative)).toBeGreaterThan(2 ** 50);
  });

  it('of 200 lines each reading the one before, and of one sum of thousands, is answered at once', () => {
    const chain = Array.from({ length: 197 }, (_, k) => `a${k + 1} = tanh(a${k})`);
    answersAtOnce(['a0 = V x', ...chain, "h' = a197"].join('\n'));
    answersAtOnce(`h' = V x${' + b'.repeat(4900)}`);
    answersAtOnce(`h' = ${'-'.repeat(190)}V x`);
    answersAtOnce(`h' = ${'relu('.repeat(190)}V x${')'.repeat(190)}`);
  });
});

describe('what reaches no loss', () => {
  it('has an adjoint of zeros by its shape', () => {
    const graph = parse("a = W x\nn = 3\nh' = b");
    const { nodes, statements, parameters, states, input } = gradient(graph);
    const zero = (id: number | undefined) => nodes[id ?? -1];
    expect(zero(statements.get('a'))).toMatchObject({ op: 'zero', shape: ['units'] });
    expect(zero(statements.get('n'))).toMatchObject({ op: 'zero', shape: [] });
    expect(zero(parameters.get('W'))).toMatchObject({ op: 'zero', shape: ['units', 'input'] });
    expect(zero(states.get('h'))).toMatchObject({ op: 'zero', shape: ['units'] });
    expect(zero(input)).toMatchObject({ op: 'zero', shape: ['input'] });
    expect(zero(parameters.get('b'))).toMatchObject({ op: 'seed', name: 'h' });
  });

  it('is zero where its own lines are not a number, by structure', () => {
    // c and d read each other and overflow; h, the output, reads neither, but e, which reads h, is read by it.
    const graph = parse("c' = exp(exp(d))\nd' = c + sqrt(0 - exp(V x))\ne' = h\nh' = e + b");
    expect([...gradient(graph).seeds.keys()]).toEqual(['e', 'h']);
    const through = differentiate(sample(graph, SIZES, [true, true, true], 1));
    for (const name of ['c', 'd']) expect([...(through.initial.get(name) ?? [])]).toEqual([0, 0, 0]);
    expect([...(through.parameters.get('V') ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(through.parameters.get('b')?.every((value) => value !== 0)).toBe(true);
  });
});
