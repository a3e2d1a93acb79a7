import type { Size } from '../../../equations/graph.ts';
import type { Lodging } from './passes.ts';

/** Places of one body that values share one after another. */
export class Scratch {
  readonly #free: Readonly<Record<Size, Lodging[]>> = { input: [], units: [] };
  readonly #sizes = new Map<Lodging, Size>();
  readonly #make: (size: Size) => Lodging;

  constructor(make: (size: Size) => Lodging) {
    this.#make = make;
  }

  take(size: Size): Lodging {
    const free = this.#free[size].pop();
    if (free !== undefined) return free;
    const made = this.#make(size);
    this.#sizes.set(made, size);
    return made;
  }

  has(lodging: Lodging): boolean {
    return this.#sizes.has(lodging);
  }

  give(lodging: Lodging): void {
    const size = this.#sizes.get(lodging);
    if (size !== undefined) this.#free[size].push(lodging);
  }
}
