import { describe, expect, it } from 'vitest';
import { parse } from '../equations/parse.ts';
import { cells, findCell } from './index.ts';
import { initialParameters } from './initial.ts';

const SIZES = { input: 24, units: 32 };

/** The largest distance of U Uᵀ from the identity. */
function distanceFromOrthogonal(matrix: Float32Array, size: number): number {
  let worst = 0;
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++) {
      let product = 0;
      for (let k = 0; k < size; k++)
        product += (matrix[a * size + k] as number) * (matrix[b * size + k] as number);
      worst = Math.max(worst, Math.abs(product - (a === b ? 1 : 0)));
    }
  return worst;
}

/** A uniform sample reaches nearly to its bounds, never past them, and averages to about zero. */
function expectUniform(values: Float32Array, bound: number) {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-7));
  // The chance that n draws all stay below 1 - 8/n of the bound is about e⁻⁸; the seed is fixed besides.
  expect(largest).toBeGreaterThan(bound * (1 - 8 / values.length));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * values.length));
}

describe.each(cells)('initial parameters of $name', (cell) => {
  const graph = parse(cell.equations);

  it('follow Keras by shape, and the cell’s own constants', () => {
    const drawn = initialParameters(graph, SIZES, 7, { starts: cell.initial });
    expect([...drawn.keys()]).toEqual(graph.parameters.map(({ name }) => name));
    const constants = new Map(Object.entries(cell.initial));
    for (const { name, shape } of graph.parameters) {
      const values = drawn.get(name) ?? new Float32Array();
      if (shape.length === 1) expect(new Set(values)).toEqual(new Set([constants.get(name) ?? 0]));
      else if (shape[1] === 'units') expect(distanceFromOrthogonal(values, 32)).toBeLessThan(1e-6);
      else expectUniform(values, Math.sqrt(6 / (24 + 32)));
    }
  });

  it('follow PyTorch when asked', () => {
    const drawn = initialParameters(graph, SIZES, 7, { convention: 'pytorch', starts: cell.initial });
    for (const values of drawn.values()) expectUniform(values, 1 / Math.sqrt(32));
  });
});

describe('one seed', () => {
  const lstm = findCell('lstm');
  const graph = parse(lstm.equations);
  const drawn = initialParameters(graph, SIZES, 7);

  it('gives the same numbers again, another seed others', () => {
    expect(initialParameters(graph, SIZES, 7)).toEqual(drawn);
    const other = initialParameters(graph, SIZES, 8);
    for (const name of ['Wf', 'Uf']) expect(other.get(name)).not.toEqual(drawn.get(name));
  });

  it('gives every parameter numbers of its own', () => {
    const firsts = [...drawn].filter(([name]) => /^[WU]/.test(name)).map(([, values]) => values[0]);
    expect(new Set(firsts).size).toBe(8);
  });

  it('does not move a parameter when the lines change places or one is added', () => {
    const [forget, input, ...rest] = lstm.equations.split('\n');
    const moved = initialParameters(
      parse([input, forget, 'extra = sigmoid(Wextra x)', ...rest].join('\n')),
      SIZES,
      7,
    );
    for (const [name, values] of drawn) expect(moved.get(name)).toEqual(values);
  });
});

it('draws any shape that equations can have', () => {
  const graph = parse("a = A x * p\nh' = sigmoid(B a) + C (D h + x)");
  const drawn = initialParameters(graph, SIZES, 1);
  const shape = (name: string) => graph.parameters.find((parameter) => parameter.name === name)?.shape;
  expect(shape('D')).toEqual(['input', 'units']);
  expect(drawn.get('D')?.length).toBe(24 * 32);
  expectUniform(drawn.get('D') ?? new Float32Array(), Math.sqrt(6 / (24 + 32)));
  expect(distanceFromOrthogonal(drawn.get('B') ?? new Float32Array(), 32)).toBeLessThan(1e-6);
});
