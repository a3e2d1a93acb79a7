import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorTime } from '../equations/processor-time.ts';
import { tokenise, wordsOf } from './tokens.ts';

describe('words of a text', () => {
  const table: [what: string, text: string, words: string[]][] = [
    ['case', 'The FILM', ['the', 'film']],
    [
      'apostrophes inside words',
      "don't o'clock 'quoted' dogs' 'tis",
      ["don't", "o'clock", 'quoted', 'dogs', 'tis'],
    ],
    ['every apostrophe as one', "don't don\u2019t don´t don`t", ["don't", "don't", "don't", "don't"]],
    ['no double apostrophes', "it''s", ['it', 's']],
    ['breaks as spaces', 'end.<br /><br />Start<br>more<BR/>still', ['end', 'start', 'more', 'still']],
    ['a break splits a word', 'one<br />two', ['one', 'two']],
    ['other tags leave no token', 'an <i>odd</i> <a href="x.html">film</a>', ['an', 'odd', 'film']],
    ['scripts are tags and words', '<script>alert(1)</script>', ['alert', '1']],
    ['less and more are no tag', 'I <3 it, a < b and c > d', ['i', '3', 'it', 'a', 'b', 'and', 'c', 'd']],
    ['an open tag is words', 'never <b closed', ['never', 'b', 'closed']],
    ['digits and ratings', '8/10, 1980s, 7.5', ['8', '10', '1980s', '7', '5']],
    ['hyphens and dashes', 'well-made \u2013 truly', ['well', 'made', 'truly']],
    ['accents', 'Amélie, ÉCOLE', ['amélie', 'école']],
    ['accents however typed', 'e\u0301cole', ['\u00e9cole']],
    ['Chinese', '这部电影很好。我喜欢', ['这部电影很好', '我喜欢']],
    ['Hindi keeps its marks', 'यह फिल्म', ['यह', 'फिल्म']],
    ['emoji', '😀 great 👩‍👩‍👧 ❤️ 🇫🇷', ['great']],
    ['punctuation alone', '... !!! -- \'\' "" ', []],
    ['nothing', '', []],
    ['spaces', ' \t\n\u00a0\u3000', []],
    ['half a surrogate pair', 'a\ud800b', ['a', 'b']],
    ['names of object members', 'constructor __proto__ toString', ['constructor', 'proto', 'tostring']],
  ];
  it.each(table)('%s', (_, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe('laws for every text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '</',
          '<b',
          "'",
          '\u2019',
          'a',
          'É',
          '9',
          ' ',
          '\u0301',
          '\ud83d',
          '&',
          '/>',
          '字',
        ),
      )
      .map((pieces) => pieces.join('')),
  );

  it('tokens stand in the text in order, apart from each other, and are not empty', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        let end = 0;
        for (const token of tokenise(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          expect(wordsOf(text.slice(token.start, token.end))).toEqual([token.word]);
          end = token.end;
        }
      }),
    );
  });

  it('a word holds letters, digits, marks and apostrophes only, so no markup and no line break', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const word of wordsOf(text)) expect(word).toMatch(/^[\p{L}\p{N}\p{M}']+$/u);
      }),
    );
  });

  it('reading words again, joined by spaces, gives the same words', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(' '))).toEqual(words);
      }),
    );
  });
});

it.each([
  ['words', 'a fine film '],
  ['one endless word', 'a'],
  ['open tags', '<a'],
  ['less-than signs', '<'],
  ['one tag that never closes', ' <a x'],
  ['apostrophes', "a'"],
  ['lonely apostrophes', "'"],
  ['marks', 'e\u0301'],
  ['Chinese', '电影'],
  ['emoji', '😀'],
])('reads 1 MB of %s in under a second', (_, piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  expect(processorTime(() => tokenise(text))).toBeLessThan(1000);
});
