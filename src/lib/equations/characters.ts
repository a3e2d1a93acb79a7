/**
 * Characters that no cell is written in. One way for all of them: each is refused, named, and where a
 * plain character or word would mend it, that is offered as an edit.
 */
export interface Foreign {
  readonly code: 'look-alike' | 'foreign-letter' | 'invisible-character' | 'power' | 'strange-character';
  /** The character as a reader can find it: drawn where it can be drawn, and its code point. */
  readonly met: string;
  /** What to write in its place; undefined where nothing is sure. */
  readonly instead: string | undefined;
  /** What the language writes where other notations use this character. */
  readonly hint: string | undefined;
}

/** Signs that papers, word processors and phone keyboards put where the language has an ASCII sign. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ...pairs("'", '\u2018\u2019\u201B\u2032\u2035\u02B9\u02BC\u00B4`\uA78C'),
  ...pairs('-', '\u2010\u2011\u2012\u2013\u2014\u2212\u2796'),
  ...pairs('+', '\u2795\u2295'),
  ...pairs('*', '\u00D7\u2217\u2299\u2218\u25E6\u00B7\u22C5\u2022\u2A09\u2297\u2715\u2716'),
  ...pairs('/', '\u00F7\u2044\u2215\u2797'),
  ...pairs('=', '\u2254\u2190'),
  ...pairs(',', '\u060C\u3001'),
  ...pairs('(', '[{'),
  ...pairs(')', ']}'),
  ...pairs('\n', ';\u000B\u000C\u0085\u2028\u2029\uFF1B'),
]);

/** Cyrillic letters that can't be told from Latin ones in most fonts, each before its twin. */
const TWINS: ReadonlyMap<string, string> = new Map(
  (
    '\u0430a \u0441c \u0435e \u0456i \u0458j \u043Eo \u0440p \u0455s \u0445x \u0443y \u04BBh \u0501d \u051Bq \u051Dw ' +
    '\u0410A \u0412B \u0421C \u0415E \u041DH \u0406I \u0408J \u041AK \u041CM \u041EO \u0420P \u0405S \u0422T \u0425X \u0423Y'
  )
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/** ASCII characters that other languages use, and what is written here for them. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['_', 'A name begins with a letter; an underscore may follow, as in b_f.'],
  ['@', 'A matrix stands before what it multiplies, with nothing between: W x.'],
  ['"', "A prime is one straight apostrophe: h'."],
  ['|', 'The absolute value is abs(a).'],
  ['.', 'A product, element by element, is written with *.'],
  [':', 'A line is a name, the sign = and an expression.'],
  ['\\', 'Write plain names and signs, not TeX.'],
]);

/** Greek letters by name, from U+03B1; the capitals stand 32 places before. */
const GREEK =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho final-sigma sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Greek', /\p{Script=Greek}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Chinese', /\p{Script=Han}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Latin', /\p{Script=Latin}/u],
];

function pairs(plain: string, alike: string): [string, string][] {
  return [...alike].map((character) => [character, plain]);
}

/** What a character (one code point) is that no token begins with. */
export function foreign(character: string): Foreign {
  return { hint: ELSEWHERE.get(character), ...classify(character, drawn(character)) };
}

function classify(character: string, met: string): Omit<Foreign, 'hint'> {
  const sign = SIGNS.get(character) ?? TWINS.get(character);
  if (sign !== undefined) return { code: 'look-alike', met, instead: sign };
  if (character === '^' || /[\u00B2\u00B3\u00B9\u2070-\u207F]/.test(character)) {
    return { code: 'power', met, instead: undefined };
  }
  if (/\p{Cf}|\uFE0F/u.test(character)) return { code: 'invisible-character', met, instead: '' };
  const greek = greekName(character);
  if (greek !== undefined) {
    const capital = character === character.toUpperCase();
    const name = capital ? `${greek.charAt(0).toUpperCase()}${greek.slice(1)}` : greek;
    return { code: 'foreign-letter', met: `the Greek letter ${met}, ${name}`, instead: name };
  }
  // Compatibility forms: full-width signs, mathematical letters, accented letters, wide spaces.
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
  if (/^[ -~]$/.test(plain) && plain !== character) return { code: 'look-alike', met, instead: plain };
  if (/\p{L}/u.test(character)) {
    const script = SCRIPTS.find(([, pattern]) => pattern.test(character))?.[0];
    return {
      code: 'foreign-letter',
      met: script === undefined ? `the letter ${met}` : `the ${script} letter ${met}`,
      instead: undefined,
    };
  }
  return { code: 'strange-character', met, instead: undefined };
}

function greekName(character: string): string | undefined {
  const point = character.codePointAt(0) ?? 0;
  const name = GREEK[point >= 0x3b1 ? point - 0x3b1 : point - 0x391];
  const inRange = (point >= 0x391 && point <= 0x3a9) || (point >= 0x3b1 && point <= 0x3c9);
  return inRange && name !== undefined ? name.replace('final-', '') : undefined;
}

/** The character and its code point; the code point alone where drawing it would show nothing. */
function drawn(character: string): string {
  const point = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `${character} (${point})` : point;
}
