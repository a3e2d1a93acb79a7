import {
  FORMS,
  type Form,
  INSTRUCTION_WORDS,
  type NameOf,
  opcodeNumber,
  PLACE_WORDS,
  type WordOf,
} from './opcodes.ts';

/** So many bytes, from one place to another. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** The words of a tape, as the kernel reads them: instructions one after another, each as long as all others. */
export class Instructions {
  #words = new Int32Array(64 * INSTRUCTION_WORDS);
  #length = 0;

  get count(): number {
    return this.#length / INSTRUCTION_WORDS;
  }

  /** A copy of all words so far. */
  words(): Int32Array {
    return this.#words.slice(0, this.#length);
  }

  /** Puts an instruction's words in the order of its form, each of which the type asks for. */
  add<F extends Form>(form: F, name: NameOf<F>, words: Readonly<Record<WordOf<F>, number>>): void {
    this.#makeRoom(INSTRUCTION_WORDS);
    const names: readonly WordOf<F>[] = FORMS[form];
    let at = this.#length;
    this.#words[at++] = opcodeNumber(name);
    for (const word of names) this.#words[at++] = words[word];
    // What is left over is zero from the beginning.
    this.#length += INSTRUCTION_WORDS;
  }

  append(other: Instructions): void {
    this.#makeRoom(other.#length);
    this.#words.set(other.#words.subarray(0, other.#length), this.#length);
    this.#length += other.#length;
  }

  /** The same on other places. @param moves apart from one another where they come from */
  relocated(moves: readonly Move[]): Instructions {
    const sorted = moves.toSorted((one, other) => one.from - other.from);
    const moved = new Instructions();
    moved.append(this);
    for (let at = 0; at < moved.#length; at += INSTRUCTION_WORDS)
      for (const word of PLACE_WORDS[moved.#words[at] ?? 0] ?? []) {
        const place = moved.#words[at + word] ?? 0;
        const move = moveOf(place, sorted);
        if (move !== undefined) moved.#words[at + word] = place - move.from + move.to;
      }
    return moved;
  }

  #makeRoom(words: number): void {
    const needed = this.#length + words;
    if (needed <= this.#words.length) return;
    const longer = new Int32Array(Math.max(needed, 2 * this.#words.length));
    longer.set(this.#words.subarray(0, this.#length));
    this.#words = longer;
  }
}

/** The move that a place lies within, by halving: a tape has tens of thousands of places. */
function moveOf(place: number, sorted: readonly Move[]): Move | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.from ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  const move = sorted[low - 1];
  return move !== undefined && place < move.from + move.bytes ? move : undefined;
}
