import type { ContributionViews } from './replica.ts';

/**
 * A group's contribution on its way to another worker, as views of one row of numbers: its shards' parts of the loss and
 * their right answers, its dense gradients, its rows of the embedding's gradient.
 */
interface Parcel {
  readonly sums: Float32Array;
  readonly dense: Float32Array;
  readonly rows: Float32Array;
}

/** How many numbers a contribution has. */
export function parcelLength({ sums, dense, rows }: ContributionViews): number {
  return sums.length + (dense?.length ?? 0) + (rows?.length ?? 0);
}

/** The row's views; the row may be longer than the contribution. */
export function parcelOf(row: Float32Array, { sums, dense, rows }: ContributionViews): Parcel {
  const [start, end] = [sums.length, sums.length + (dense?.length ?? 0)];
  return {
    sums: row.subarray(0, start),
    dense: row.subarray(start, end),
    rows: row.subarray(end, end + (rows?.length ?? 0)),
  };
}

export function fillParcel({ sums, dense, rows }: Parcel, from: ContributionViews): void {
  sums.set(from.sums);
  if (from.dense !== undefined) dense.set(from.dense);
  if (from.rows !== undefined) rows.set(from.rows);
}

export function emptyParcel({ sums, dense, rows }: Parcel, into: ContributionViews): void {
  into.sums.set(sums);
  into.dense?.set(dense);
  into.rows?.set(rows);
}
