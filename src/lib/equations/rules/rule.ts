/** What a problem says: met and expected as phrases, the mend as a sentence. */
export interface Words {
  readonly met: string;
  readonly expected: string;
  readonly mend: string;
}

/** A rule of the language, as the reference page shows it. `F`: what it needs to know of a place. */
export interface Rule<F> {
  /** The rule itself, in a sentence. */
  readonly rule: string;
  /** A text that breaks it and no other; undefined where no short text does. */
  readonly example: string | undefined;
  readonly words: (facts: F) => Words;
}

/** Rules by their codes, each with its own facts. */
export type Rules<Facts> = { readonly [C in keyof Facts]: Rule<Facts[C]> };

/** The smallest whole cell, where a mend needs an example. */
export const EXAMPLE = "h' = tanh(W x + U h + b)";
