import type { Label } from './label.ts';

/** About how wide a text comes out, px: generous, so that what is given room has it in every font of the stack. */
export function textWidth(label: Label, size: number): number {
  const text = label.map((piece) => (typeof piece === 'string' ? piece : piece.letter)).join('');
  let width = 0;
  for (const sign of text)
    width += /[()[\]., ’'ijl1|]/.test(sign) ? 0.4 : /[mwMW∗+−×÷Σ]/.test(sign) ? 0.85 : 0.6;
  return width * size;
}

/** A number with its sign and two decimals. */
export function numberWidth(size: number): number {
  return size * 2.5;
}

/** A label no wider than `most` px: what doesn't fit is left out, and three dots say so. */
export function shortened(label: Label, size: number, most: number): Label {
  if (textWidth(label, size) <= most) return label;
  let kept = '';
  for (const sign of label.map((piece) => (typeof piece === 'string' ? piece : piece.letter)).join('')) {
    if (textWidth([`${kept}${sign}…`], size) > most) break;
    kept += sign;
  }
  return [`${kept}…`];
}
