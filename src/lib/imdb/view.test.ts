import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limit, pad } from './limits.ts';
import { viewReview } from './view.ts';
import { encode, vocabularyOf } from './vocabulary.ts';

const vocabulary = vocabularyOf(['a', 'fine', 'film', 'really']);

describe('a review as text, tokens, ids and padding', () => {
  it('shows a short one whole', () => {
    const view = viewReview('A <b>Fine</b> zebra film!', vocabulary, { tokens: 7, vocabulary: 6 });
    expect(view.tokens.map(({ word }) => word)).toEqual(['a', 'fine', 'zebra', 'film']);
    expect([...view.ids]).toEqual([3, 4, 2, 5]);
    expect(view.firstKept).toBe(0);
    expect(view.row).toEqual([
      { id: 0, kind: 'padding' },
      { id: 0, kind: 'padding' },
      { id: 1, kind: 'start' },
      { id: 3, kind: 'word', token: 0 },
      { id: 4, kind: 'word', token: 1 },
      { id: 2, kind: 'unknown', token: 2 },
      { id: 5, kind: 'word', token: 3 },
    ]);
    expect(view.outOfVocabulary).toBe(0.25);
    expect(view.text).toEqual([
      { text: 'A', token: 0 },
      { text: ' <b>' },
      { text: 'Fine', token: 1 },
      { text: '</b> ' },
      { text: 'zebra', token: 2 },
      { text: ' ' },
      { text: 'film', token: 3 },
      { text: '!' },
    ]);
  });

  it('shows which words of a long one are kept', () => {
    const view = viewReview('really a really fine film', vocabulary, { tokens: 2, vocabulary: 5 });
    expect(view.firstKept).toBe(3);
    expect(view.row).toEqual([
      { id: 4, kind: 'word', token: 3 },
      { id: 2, kind: 'unknown', token: 4 },
    ]);
    expect(view.outOfVocabulary).toBe(0.5);
  });

  it('pads on the right when asked', () => {
    const view = viewReview('film', vocabulary, { tokens: 3, vocabulary: 7 }, 'right');
    expect(view.row.map(({ kind }) => kind)).toEqual(['start', 'word', 'padding']);
    expect(view.row[1]?.token).toBe(0);
  });

  it('has a view of a text without words', () => {
    const view = viewReview('😀 …', vocabulary, { tokens: 3, vocabulary: 7 });
    expect(view.tokens).toEqual([]);
    expect(view.row.map(({ kind }) => kind)).toEqual(['padding', 'padding', 'start']);
    expect(view.outOfVocabulary).toBe(0);
    expect(view.text).toEqual([{ text: '😀 …' }]);
  });

  it('agrees with what an engine reads, for every text', () => {
    const text = fc
      .array(
        fc.oneof(fc.constantFrom('a', 'fine', 'film', ' ', '<br />', '.'), fc.string({ unit: 'binary' })),
      )
      .map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('left', 'right'),
        (text, tokens, side) => {
          const limits = { tokens, vocabulary: 6 };
          const view = viewReview(text, vocabulary, limits, side);
          const words = view.tokens.map(({ word }) => word);
          expect(view.row.map(({ id }) => id)).toEqual([
            ...pad(limit(encode(words, vocabulary), limits), tokens, side),
          ]);
          expect(view.text.map((stretch) => stretch.text).join('')).toBe(text);
          const shown = view.row.flatMap(({ token }) => (token === undefined ? [] : [token]));
          expect(shown).toEqual(words.map((_, k) => k).slice(view.firstKept));
          for (const column of view.row) {
            if (column.token !== undefined) expect(view.ids[column.token]).toBe(column.id);
          }
        },
      ),
    );
  });
});
