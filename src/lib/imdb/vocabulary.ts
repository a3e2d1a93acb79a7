import { FIRST_WORD, LARGEST_VOCABULARY, OUT_OF_VOCABULARY, START } from './format.ts';

/** Words and their ids, both ways. */
export interface Vocabulary {
  /** Ids run from 0 to this number less one. */
  readonly size: number;
  /** The word's id; OUT_OF_VOCABULARY for a word that has none. */
  id(word: string): number;
  /** The id's word; undefined for PAD, START, OUT_OF_VOCABULARY and anything that is no id. */
  word(id: number): string | undefined;
}

/**
 * The vocabulary whose word k has the id FIRST_WORD + k.
 * @throws Error when a word is empty, stands twice or holds a line break, or when there are too many.
 */
export function vocabularyOf(words: readonly string[]): Vocabulary {
  if (words.length > LARGEST_VOCABULARY - FIRST_WORD) {
    throw new Error(
      `A vocabulary holds at most ${LARGEST_VOCABULARY - FIRST_WORD} words, received ${words.length}.`,
    );
  }
  const ids = new Map(words.map((word, k) => [word, FIRST_WORD + k]));
  if (ids.size !== words.length) {
    const twice = words.find((word, k) => ids.get(word) !== FIRST_WORD + k);
    throw new Error(`Every word of a vocabulary stands in it once; received ${JSON.stringify(twice)} twice.`);
  }
  const odd = words.find((word) => word === '' || /[\r\n]/.test(word));
  if (odd !== undefined) {
    throw new Error(
      `A vocabulary's words are not empty and stay on their line; received ${JSON.stringify(odd)}.`,
    );
  }
  return {
    size: FIRST_WORD + words.length,
    id: (word) => ids.get(word) ?? OUT_OF_VOCABULARY,
    word: (id) => words[id - FIRST_WORD],
  };
}

/**
 * The `most` commonest words, commonest first. Words that occur equally often stand in the order of their
 * UTF-16 units, so the same texts give the same vocabulary on every machine.
 */
export function commonestWords(texts: Iterable<readonly string[]>, most: number): string[] {
  const counts = new Map<string, number>();
  for (const words of texts) {
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, timesA], [b, timesB]) => timesB - timesA || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}

/** A whole review as ids: START, then a word each. */
export function encode(words: readonly string[], vocabulary: Vocabulary): Uint16Array {
  return Uint16Array.from([START, ...words.map((word) => vocabulary.id(word))]);
}
