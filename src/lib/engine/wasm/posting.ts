import type { Posted } from './crew-protocol.ts';
import { emptyParcel, fillParcel, parcelLength, parcelOf } from './parcel.ts';
import type { Ready } from './replica.ts';

/**
 * One batch's contributions on their way by message. Rows change hands: what came in for one batch goes out with the
 * next, so that nothing is allocated once sizes repeat.
 */
export class Posting {
  #ready: Ready | undefined;
  /** May come before this worker has done its own part. */
  #received: Posted[] = [];
  #missing = 0;
  readonly #spare: Float32Array<ArrayBuffer>[] = [];

  begin(ready: Ready): void {
    this.#ready = ready;
    this.#missing = ready.contributions.filter(({ isOwn }) => !isOwn).length;
  }

  /** Sends this worker's own contribution; nothing where each learns the whole batch. */
  post(send: (message: Posted, transfer: readonly ArrayBuffer[]) => void): void {
    for (const [group, contribution] of this.#ready?.contributions.entries() ?? []) {
      if (!contribution.isOwn || this.#missing === 0) continue;
      const row = this.#row(parcelLength(contribution));
      fillParcel(parcelOf(row, contribution), contribution);
      send({ kind: 'contribution', group, row }, [row.buffer]);
    }
  }

  take(posted: Posted): void {
    this.#received.push(posted);
  }

  /** Once all have come: the batch, with their contributions in place. */
  complete(): Ready | undefined {
    const ready = this.#ready;
    if (ready === undefined || this.#received.length < this.#missing) return undefined;
    for (const { group, row } of this.#received) {
      const contribution = ready.contributions[group];
      if (contribution !== undefined) emptyParcel(parcelOf(row, contribution), contribution);
      this.#spare.push(row);
    }
    this.#received = [];
    this.#ready = undefined;
    return ready;
  }

  #row(length: number): Float32Array<ArrayBuffer> {
    const place = this.#spare.findIndex((row) => row.length === length);
    const [row = new Float32Array(length)] = place < 0 ? [] : this.#spare.splice(place, 1);
    // Sizes that no longer come are let go.
    if (place < 0) this.#spare.length = 0;
    return row;
  }
}
