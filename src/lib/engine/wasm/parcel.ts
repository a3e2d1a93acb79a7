import type { ContributionViews } from './replica.ts';

/**
 * A shard's contribution on its way to another worker, as views of one row of numbers: its part of the loss and how many
 * answers are right, its dense gradients, its rows of the embedding's gradient.
 */
export interface Parcel {
  readonly sums: Float32Array;
  readonly dense: Float32Array;
  readonly rows: Float32Array;
}

/** How many numbers a contribution has. */
export function parcelLength({ dense, rows }: ContributionViews): number {
  return 2 + (dense?.length ?? 0) + (rows?.length ?? 0);
}

/** The row's views; the row may be longer than the contribution. */
export function parcelOf(row: Float32Array, { dense, rows }: ContributionViews): Parcel {
  const end = 2 + (dense?.length ?? 0);
  return {
    sums: row.subarray(0, 2),
    dense: row.subarray(2, end),
    rows: row.subarray(end, end + (rows?.length ?? 0)),
  };
}

export function fillParcel({ sums, dense, rows }: Parcel, from: ContributionViews): void {
  sums[0] = from.loss[0] ?? Number.NaN;
  sums[1] = from.right[0] ?? Number.NaN;
  if (from.dense !== undefined) dense.set(from.dense);
  if (from.rows !== undefined) rows.set(from.rows);
}

export function emptyParcel({ sums, dense, rows }: Parcel, into: ContributionViews): void {
  into.loss[0] = sums[0] ?? Number.NaN;
  into.right[0] = sums[1] ?? Number.NaN;
  into.dense?.set(dense);
  into.rows?.set(rows);
}
