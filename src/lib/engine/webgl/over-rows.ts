import type { Fragment } from './fragment.ts';
import { EVEN, FREE, type Frame, freePlaces, hasHalves, ODD } from './frame.ts';

/** What a loop over all rows adds up: names of sums, and what each row adds. */
type Addends = readonly (readonly [sum: string, addend: string])[];

/**
 * Writes loops over all steps and examples that add to sums; a step's rows first among themselves, so that thousands
 * of rows lose few digits. Where the rows stand in two textures, even steps first and then the odd ones: no row then
 * asks which texture it is in.
 *
 * @param first the first step that adds anything
 * @param addends writes what a row takes into `body`, and what is the same for all rows of a step into `before`
 */
export function overRows(
  fragment: Fragment,
  lines: string[],
  first: 0 | 1,
  addends: (frame: Frame, before: string[], body: string[]) => Addends,
): void {
  const places = freePlaces(fragment);
  const loops = (frame: Frame): string[] => {
    const before: string[] = [];
    const body: string[] = [];
    const added = addends(frame, before, body).map(([sum, addend]) => ({
      sum,
      addend,
      part: fragment.fresh('part'),
    }));
    return [
      ...places,
      ...before,
      ...added.map(({ part }) => `float ${part} = 0.0;`),
      'for (int row = 0; row < rows.x; row++) {',
      ...body,
      ...added.map(({ part, addend }) => `${part} += ${addend};`),
      '}',
      ...added.map(({ sum, part }) => `${sum} += ${part};`),
      '}',
    ];
  };
  const even = loops(EVEN);
  if (hasHalves(even))
    lines.push(
      `for (int step = ${2 * first}; step < rows.y; step += 2) {`,
      ...even,
      'for (int step = 1; step < rows.y; step += 2) {',
      ...loops(ODD),
    );
  else lines.push(`for (int step = ${first}; step < rows.y; step++) {`, ...loops(FREE));
}
