/**
 * Which rows of a word table a batch met, and where: the gradient of a row is the sum over the steps that read it.
 * Sorted on the host by counting, so that the device sums without atomics and in a fixed order.
 *
 * All arrays are made once, for the largest batch, and used again: `meet` overwrites what the batch before left.
 */
export class RowsMet {
  /** By row of the table: its place in the lists below, or -1 where the batch doesn't meet it. [vocabulary] */
  readonly placeOf: Int32Array;
  /** Where each met row's steps begin in `steps`; one more entry than there are rows met. */
  readonly starts: Int32Array;
  /** Places of steps, example · tokens + step, row by row, rising within a row. */
  readonly steps: Int32Array;
  /** Rows met, in the order of their first step. */
  count = 0;
  readonly #rows: Int32Array;
  readonly #ends: Int32Array;

  /** @param places steps of the largest batch, examples times tokens */
  constructor(vocabulary: number, places: number) {
    const most = Math.min(vocabulary, places);
    this.placeOf = new Int32Array(vocabulary).fill(-1);
    this.starts = new Int32Array(most + 1);
    this.steps = new Int32Array(places);
    this.#rows = new Int32Array(most);
    this.#ends = new Int32Array(most);
  }

  /** Sorts a batch. @param skip a row that is never trained, such as padding; -1 where there is none */
  meet(ids: Int32Array, skip: number): void {
    const { placeOf, starts, steps } = this;
    for (let place = 0; place < this.count; place++) placeOf[this.#rows[place] ?? 0] = -1;
    this.count = 0;
    for (const id of ids) {
      if (id === skip) continue;
      const known = placeOf[id] ?? -1;
      const place = known < 0 ? this.#add(id) : known;
      this.#ends[place] = (this.#ends[place] ?? 0) + 1;
    }
    let end = 0;
    for (let place = 0; place < this.count; place++) {
      starts[place] = end;
      const length = this.#ends[place] ?? 0;
      this.#ends[place] = end;
      end += length;
    }
    starts[this.count] = end;
    for (let step = 0; step < ids.length; step++) {
      const place = placeOf[ids[step] ?? 0] ?? -1;
      if (place < 0) continue;
      const at = this.#ends[place] ?? 0;
      steps[at] = step;
      this.#ends[place] = at + 1;
    }
  }

  #add(row: number): number {
    const place = this.count;
    this.count += 1;
    this.placeOf[row] = place;
    this.#rows[place] = row;
    this.#ends[place] = 0;
    return place;
  }
}
