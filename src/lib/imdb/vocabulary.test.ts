import { describe, expect, it } from 'vitest';
import { FIRST_WORD, LARGEST_VOCABULARY, OUT_OF_VOCABULARY, START } from './format.ts';
import { commonestWords, encode, vocabularyOf } from './vocabulary.ts';

describe('a vocabulary', () => {
  const vocabulary = vocabularyOf(['the', 'film', "don't"]);

  it('gives words the ids from 3 on, and the way back', () => {
    expect(vocabulary.size).toBe(6);
    for (const word of ['the', 'film', "don't"]) expect(vocabulary.word(vocabulary.id(word))).toBe(word);
    expect(vocabulary.id('the')).toBe(FIRST_WORD);
  });

  it('has one id for every word that it lacks, the names of object members among them', () => {
    for (const word of ['zebra', 'constructor', '__proto__', 'toString', '']) {
      expect(vocabulary.id(word)).toBe(OUT_OF_VOCABULARY);
    }
    for (const id of [0, START, OUT_OF_VOCABULARY, 6, -1, 2.5, Number.NaN]) {
      expect(vocabulary.word(id)).toBeUndefined();
    }
  });

  it('encodes a review with START before it', () => {
    expect([...encode(['film', 'zebra', 'the'], vocabulary)]).toEqual([START, 4, OUT_OF_VOCABULARY, 3]);
    expect([...encode([], vocabulary)]).toEqual([START]);
  });

  it('may hold the names of object members as words', () => {
    const odd = vocabularyOf(['constructor', '__proto__']);
    expect(odd.id('__proto__')).toBe(4);
  });

  it.each([
    ['a word twice', ['a', 'b', 'a'], 'received "a" twice'],
    ['an empty word', ['a', ''], 'received ""'],
    ['a line break', ['a\nb'], 'received "a\\nb"'],
    ['too many', Array.from({ length: LARGEST_VOCABULARY - 2 }, (_, k) => `w${k}`), 'received 9998'],
  ])('refuses %s', (_, words, message) => {
    expect(() => vocabularyOf(words)).toThrow(message);
  });
});

it('takes the commonest words, ties in the order of their characters', () => {
  const texts = [
    ['b', 'a', 'c'],
    ['c', 'b', 'a', 'z'],
    ['z', 'z'],
  ];
  expect(commonestWords(texts, 3)).toEqual(['z', 'a', 'b']);
  expect(commonestWords(texts.toReversed(), 10)).toEqual(['z', 'a', 'b', 'c']);
});
