/** Advance widths of a to z in Source Serif 4 at weight 600, in hundredths of an em, measured in the browser. */
const LETTERS = [
  53, 60, 51, 59, 52, 34, 54, 62, 32, 31, 59, 32, 92, 62, 57, 60, 58, 45, 45, 35, 61, 54, 81, 56, 55, 47,
];
/** Of stops, quotes, brackets and the hyphen at most. */
const NARROW = 34;
/** Of digits and capitals, most of them. */
const USUAL = 73;
/** Of a Chinese character. */
const FULL = 100;

/**
 * How wide a word will be, in ems of the heat map's type. The server can't measure and nothing may jump once the
 * page can, so both use this estimate.
 */
export function estimatedWidth(word: string): number {
  let hundredths = 0;
  for (const character of word) hundredths += widthOf(character);
  return hundredths / 100;
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  const letter = LETTERS[code - 0x61];
  if (letter !== undefined) return letter;
  if (".,;:'’!|()-".includes(character)) return NARROW;
  return code > 0x2e80 ? FULL : USUAL;
}

/** By geometry: the track's width at the narrowest stage that has it, and the smallest type that a word may take, in pixels. */
const GEOMETRIES = {
  wide: { track: 894, least: 13 },
  middle: { track: 662, least: 14 },
  small: { track: 424, least: 14 },
  phone: { track: 276, least: 15 },
} as const;

/** The geometries in which the widest word is too wide for its column, even in the smallest type, and has to turn. */
export function turnedIn(widest: number, columns: number): readonly (keyof typeof GEOMETRIES)[] {
  return (['wide', 'middle', 'small', 'phone'] as const).filter((name) => {
    const { track, least } = GEOMETRIES[name];
    return widest * least > track / columns;
  });
}
