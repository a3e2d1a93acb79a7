import {
  add,
  concat,
  gather,
  getBackend,
  reshape,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';

/** One round of sums: row k of the result is row `left[k]` plus row `right[k]` of what came before. */
interface Round {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/**
 * Which rows to add, in rounds of pairs, so that the rows of each id become one. Rows are counted as they stand, and
 * the row after the last is a row of zeros: it pairs with a row that has no partner, and stands for ids that don't occur.
 */
export function rounds(
  ids: ArrayLike<number>,
  vocabulary: number,
  except?: number | undefined,
): { readonly rounds: readonly Round[]; readonly rowOf: Int32Array } {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row];
    if (id === undefined || id === except) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }

  const found: Round[] = [];
  let present = [...groups];
  let none = ids.length;
  do {
    const left: number[] = [];
    const right: number[] = [];
    const spare = none;
    present = present.map(([id, rows]) => {
      const start = left.length;
      for (let k = 0; k < rows.length; k += 2) {
        left.push(rows[k] ?? spare);
        right.push(rows[k + 1] ?? spare);
      }
      return [id, Array.from({ length: left.length - start }, (_, k) => start + k)];
    });
    none = left.length;
    found.push({ left: Int32Array.from([...left, spare]), right: Int32Array.from([...right, spare]) });
  } while (present.some(([, rows]) => rows.length > 1));

  const rowOf = new Int32Array(vocabulary).fill(none);
  for (const [id, [row]] of present) rowOf[id] = row ?? none;
  return { rounds: found, rowOf };
}

/** On a backend whose tensors are out of the host's reach: gather and add, and nothing is read back. */
export function inPairs(
  rows: Tensor2D,
  ids: ArrayLike<number>,
  vocabulary: number,
  except?: number | undefined,
): Tensor2D {
  const pairing = rounds(ids, vocabulary, except);
  let sums: Tensor = concat([rows, zeros([1, rows.shape[1]])], 0);
  for (const { left, right } of pairing.rounds)
    sums = add(gather(sums, tensor1d(left, 'int32')), gather(sums, tensor1d(right, 'int32')));
  return gather(sums, tensor1d(pairing.rowOf, 'int32')) as Tensor2D;
}

/** On a backend whose tensors the host can read for the cost of a copy. */
export function onHost(
  rows: Tensor2D,
  ids: ArrayLike<number>,
  vocabulary: number,
  except?: number | undefined,
): Tensor2D {
  const size = rows.shape[1];
  const from = rows.dataSync();
  const sums = new Float32Array(vocabulary * size);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row];
    if (id === undefined || id === except) continue;
    for (let k = 0; k < size; k++) {
      const to = id * size + k;
      sums[to] = (sums[to] ?? 0) + (from[row * size + k] ?? 0);
    }
  }
  return tensor2d(sums, [vocabulary, size]);
}

const METHODS: ReadonlyMap<string, typeof inPairs> = new Map([
  ['wasm', onHost],
  ['cpu', onHost],
]);

/**
 * The gradient of looking rows up in a table: the table's row `id` gets the sum of the rows whose id it is. tfjs's own (UnsortedSegmentSum) compares every row with every id, which took
 * three quarters of a batch, and its WASM backend has none. Here the time grows with the rows alone.
 *
 * @param rows [..., size], one row for each of `ids`
 * @param except the id whose row gets exactly 0 (padding), if there is one
 * @param method how; the one that suits the present backend where nothing is said
 * @returns [vocabulary, size]
 */
export function sumRows(
  rows: Tensor,
  ids: ArrayLike<number>,
  vocabulary: number,
  except?: number | undefined,
  method = METHODS.get(getBackend()) ?? inPairs,
): Tensor2D {
  const size = rows.shape.at(-1) ?? 1;
  return tidy(() => method(reshape(rows, [ids.length, size]), ids, vocabulary, except));
}
