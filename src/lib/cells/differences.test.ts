import { describe, expect, it } from 'vitest';
import { parse } from '../equations/parse.ts';
import { differentiate, elementDifference, leaves, loss, sample } from '../equations/sample.ts';
import { adjointNamed } from '../equations/through-time.ts';
import { cells } from './index.ts';

const SIZES = { input: 2, units: 3 };
/** Padding in front, inside and at the end. */
const MASKS = [
  [true, true, true],
  [false, true, false, true, false],
];

/** Holds a derivative against central differences, to what differences of fourth order can tell. */
function agree(name: string, derivative: ArrayLike<number>, difference: (index: number) => number) {
  for (let k = 0; k < derivative.length; k++)
    expect(Math.abs((derivative[k] ?? Number.NaN) - difference(k)), `${name}, element ${k}`).toBeLessThan(
      1e-9,
    );
}

describe.each(cells)('$name against central differences', (cell) => {
  const graph = parse(cell.equations);

  it.each(MASKS)('parameters, inputs and initial states (mask %s %s %s)', (...mask) => {
    const sampled = sample(graph, SIZES, mask, 1);
    for (const { name, values, derivative } of leaves(sampled, differentiate(sampled))) {
      expect(derivative.length).toBe(values.length);
      agree(name, derivative, (k) => elementDifference(values, k, () => loss(sampled)));
    }
  });

  it('every named value at every step', () => {
    const steps = 3;
    const mask = new Array<boolean>(steps).fill(true);
    const through = differentiate(sample(graph, SIZES, mask, 1));
    for (const { name, primed, line } of graph.statements) {
      const key = primed ? `${name}'` : name;
      // To nudge one value at one step alone, the cell gets a queue of states that moves up by one each step and
      // whose front is added to that value: what stands k places back at the start arrives at step k.
      const queue = Array.from({ length: steps }, (_, k) => `q${k}' = ${k + 1 < steps ? `q${k + 1}` : 0}`);
      const lines = graph.source.split('\n');
      lines[line - 1] = `${lines[line - 1]} + q0`;
      const nudged = sample(parse([...queue, ...lines].join('\n')), SIZES, mask, 0);
      const original = sample(graph, SIZES, mask, 1);
      const initial = new Map([...nudged.initial].map(([state, values]) => [state, values.fill(0)]));
      for (const [state, values] of original.initial) initial.set(state, values);
      const probe = { ...original, graph: nudged.graph, initial };
      expect(loss(probe)).toBe(loss(original));
      for (let t = 0; t < steps; t++) {
        const place = initial.get(`q${t}`) ?? new Float64Array();
        agree(`${key} at step ${t}`, adjointNamed(through, t, key), (k) =>
          elementDifference(place, k, () => loss(probe)),
        );
      }
    }
  });
});
