/** Advance widths of Source Serif 4 at 600, in hundredths of an em, for the letters that differ most from the rest. */
const NARROW = 30;
const USUAL = 54;
const WIDE = 84;
const FULL = 100;

/** The words' type size, in pixels. */
const SIZE = 18;

/**
 * How wide a word will be, in pixels, at the heat map's type size. The server can't measure and nothing may jump once the
 * page can, so both use this estimate; it errs on the wide side.
 */
export function estimatedWidth(word: string): number {
  let hundredths = 0;
  for (const character of word) hundredths += widthOf(character);
  return (hundredths / 100) * SIZE;
}

function widthOf(character: string): number {
  if ("ijltfrI.,;:'!|’".includes(character)) return NARROW;
  if ('mwMW@'.includes(character)) return WIDE;
  return (character.codePointAt(0) ?? 0) > 0x2e80 ? FULL : USUAL;
}
