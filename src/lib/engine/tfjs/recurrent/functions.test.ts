import { grad, sum, type Tensor, type Tensor3D, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BINARY_FUNCTIONS, UNARY_FUNCTIONS } from '../../../equations/graph.ts';
import { output, run } from '../../../equations/numbers.ts';
import { parse } from '../../../equations/parse.ts';
import { backThroughTime } from '../../../equations/through-time.ts';
import { useInNode } from '../node.ts';
import { recurrent } from './operation.ts';

const ONE = new Map([['W', [1]]]);
const SIZES = { input: 1, units: 1 };

/** Zero, where relu, abs, max and min have their corners; and far out, where an exponential could overflow. */
const EVERYWHERE = [-90, -30, -5, -1, -0.25, -1e-3, 0, 1e-3, 0.25, 1, 5, 30, 80];
const POSITIVE = EVERYWHERE.filter((x) => x > 0);

const EXPRESSIONS: readonly (readonly [expression: string, arguments: readonly number[]])[] = [
  ...UNARY_FUNCTIONS.map(
    (name) => [`${name}(W x)`, name === 'log' || name === 'sqrt' ? POSITIVE : EVERYWHERE] as const,
  ),
  ...BINARY_FUNCTIONS.flatMap((name) => [
    [`${name}(W x, 0.25)`, EVERYWHERE] as const,
    [`${name}(0.25, W x)`, EVERYWHERE] as const,
    [`${name}(W x, W x * W x)`, EVERYWHERE] as const,
  ]),
  ['-W x', EVERYWHERE],
  ['W x + 2 * W x - 3', EVERYWHERE],
  ['W x * W x', EVERYWHERE],
  ['W x / (2 + abs(W x))', EVERYWHERE],
  ['1 / W x', POSITIVE],
  ['2 - 0.5 / 4', EVERYWHERE],
];

describe.each(['wasm', 'cpu'] as const)('every function on %s', (backend) => {
  beforeAll(() => useInNode(backend));

  it.each(EXPRESSIONS)('%s and its derivative are those of the numbers', (expression, points) => {
    const graph = parse(`h' = ${expression}`);
    const known = points.map((point) => {
      const recording = run(graph, SIZES, ONE, [[point]]);
      const { inputs } = backThroughTime(recording, [[1]]);
      return { value: output(recording, 0)[0] ?? Number.NaN, slope: inputs[0]?.[0] ?? Number.NaN };
    });

    const weights = graph.parameters.map(() => tensor2d([1], [1, 1]));
    const layer = {
      kind: 'recurrent',
      equations: graph.source,
      units: 1,
      direction: 'forward',
      sequences: false,
      recurrentDropout: 0,
    } as const;
    const attributes = { layer, place: 0, mask: undefined, chance: undefined };
    const cell = (x: Tensor) => recurrent(x as Tensor3D, weights, attributes);
    const x = tensor3d([...points], [points.length, 1, 1]);
    const values = cell(x).dataSync();
    const slopes = grad((x) => sum(cell(x)))(x).dataSync();
    known.forEach(({ value, slope }, k) => {
      const close = (expected: number) => Math.max(1e-6, 1e-5 * Math.abs(expected));
      expect(
        Math.abs((values[k] ?? Number.NaN) - value),
        `${expression} at ${points[k]}`,
      ).toBeLessThanOrEqual(close(value));
      expect(
        Math.abs((slopes[k] ?? Number.NaN) - slope),
        `slope of ${expression} at ${points[k]}`,
      ).toBeLessThanOrEqual(close(slope));
    });
  });
});
