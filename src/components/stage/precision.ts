/** Fewest and most decimals that a number of a line is printed with. */
const FEWEST = 3;
export const MOST = 6;

const MINUS = '\u2212';
/** From here on a number is written with a power of ten. */
const LARGE = 1e6;
const SUPERSCRIPTS = new Map([...'0123456789+-'].map((plain, k) => [plain, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻'][k] ?? '']));

/**
 * A number as it is printed: a real minus, never a negative zero; what isn't finite says so.
 *
 * @param decimals digits after the point
 */
export function format(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  if (Math.abs(value) >= LARGE) return scientific(value, decimals);
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

function scientific(value: number, decimals: number): string {
  const [digits = '', exponent = ''] = value.toExponential(decimals).split('e');
  const power = [...exponent.replace('+', '')].map((sign) => SUPERSCRIPTS.get(sign)).join('');
  return `${digits.replace('-', MINUS)} · 10${power}`;
}

/** With its sign always: `+0.47`, `−0.12`; a change reads so. */
export function signed(value: number, decimals: number): string {
  const text = format(value, decimals);
  return text.startsWith(MINUS) || Number.isNaN(value) ? text : `+${text}`;
}

/** The number that stands in print: what a reader who checks the line puts into a calculator. */
export function rounded(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.abs(value) >= LARGE ? Number(value.toExponential(decimals)) : Number(value.toFixed(decimals));
}

/** Decimals for a value: as few as allowed, but enough that what isn't zero doesn't read as zero. */
export function decimalsFor(value: number): number {
  let decimals = FEWEST;
  while (decimals < MOST && value !== 0 && rounded(value, decimals) === 0) decimals++;
  return decimals;
}
