import { cast, matMul, memory, oneHot, reshape, tensor1d, tensor3d, transpose } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { useInNode } from './node.ts';
import { inPairs, onHost, sumRows } from './sum-rows.ts';

const VOCABULARY = 11;
const SIZE = 3;

/** The dense gradient: one row of zeros and a one for each id, transposed, times the rows. */
function dense(rows: Float32Array, ids: readonly number[]): Float32Array {
  const choice = cast(oneHot(tensor1d([...ids], 'int32'), VOCABULARY), 'float32');
  const sums = matMul(transpose(choice), reshape(tensor1d(rows), [ids.length, SIZE])).dataSync();
  return (sums as Float32Array).fill(0, 0, SIZE);
}

beforeAll(() => useInNode('cpu'));

describe.each([
  ['in pairs', inPairs],
  ['on the host', onHost],
] as const)('rows summed by id, %s', (_name, method) => {
  it('equal the dense gradient, and the padding’s row is exactly zero', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(VOCABULARY - 1), { minLength: 1, maxLength: 40 }), (ids) => {
        const rows = Float32Array.from({ length: ids.length * SIZE }, (_, k) => Math.sin(k + 1));
        const sums = sumRows(tensor3d(rows, [1, ids.length, SIZE]), ids, VOCABULARY, 0, method).dataSync();
        dense(rows, ids).forEach((expected, k) => {
          expect(sums[k]).toBeCloseTo(expected, 5);
        });
        expect([...sums.slice(0, SIZE)]).toEqual([0, 0, 0]);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves no tensor behind', () => {
    const rows = tensor3d([1, 2, 3, 4, 5, 6], [1, 2, 3]);
    const before = memory().numTensors;
    sumRows(rows, [4, 4], VOCABULARY, 0, method).dispose();
    expect(memory().numTensors).toBe(before);
  });
});
