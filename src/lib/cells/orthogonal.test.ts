import { expect, test } from 'vitest';
import { randomNumbers } from '../equations/sample.ts';
import { orthogonal } from './orthogonal.ts';

const uniform = (seed: number) => {
  const random = randomNumbers(seed);
  return () => (random() + 1) / 2;
};

test('rows and columns are orthonormal to rounding, at the largest size too', () => {
  const size = 256;
  const matrix = orthogonal(size, uniform(3));
  let worst = 0;
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      let [rows, columns] = [0, 0];
      for (let k = 0; k < size; k++) {
        rows += (matrix[a * size + k] as number) * (matrix[b * size + k] as number);
        columns += (matrix[k * size + a] as number) * (matrix[k * size + b] as number);
      }
      const expected = a === b ? 1 : 0;
      worst = Math.max(worst, Math.abs(rows - expected), Math.abs(columns - expected));
    }
  expect(worst).toBeLessThan(1e-13);
});

test('no direction is favoured: over many matrices an element averages to 0 and its square to 1/size', () => {
  const [size, draws] = [3, 4000];
  const random = uniform(5);
  const sums = new Float64Array(size * size);
  const squares = new Float64Array(size * size);
  for (let draw = 0; draw < draws; draw++)
    for (const [k, value] of orthogonal(size, random).entries()) {
      sums[k] = (sums[k] as number) + value;
      squares[k] = (squares[k] as number) + value * value;
    }
  // Five standard deviations: of the mean √(1/3 / n), of the mean square √(4/45 / n).
  for (const sum of sums) expect(Math.abs(sum / draws)).toBeLessThan(5 * Math.sqrt(1 / 3 / draws));
  for (const square of squares)
    expect(Math.abs(square / draws - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / draws));
});

test('one by one it is 1 or -1', () => {
  expect(Math.abs(orthogonal(1, uniform(1))[0] ?? 0)).toBe(1);
});
