/** A whole number with its thousands marked: `3,000`. */
export const count = (n: number): string => n.toLocaleString('en');

/** Bytes in kilobytes of 1,000, without the unit. */
export const kilobytes = (bytes: number): string => count(Math.round(bytes / 1000));

/** Bytes in megabytes of 1,000,000, without the unit, never less than 1. */
export const megabytes = (bytes: number): string => count(Math.max(1, Math.ceil(bytes / 1e6)));

/** What a batch takes: one figure after the point below ten milliseconds. */
export const oneBatch = (milliseconds: number): string =>
  `${milliseconds < 10 ? milliseconds.toFixed(1) : count(Math.round(milliseconds))} ms`;

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const minus = (text: string): string => text.replace('-', '−');

/** Any number in three figures: `0.0001`, `−8.8 × 10³⁴`, `∞`. */
export function scientific(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const [figures = '', power] = Number(value.toPrecision(3)).toString().split('e');
  if (power === undefined) return minus(figures);
  const digits = [...String(Math.abs(Number(power)))].map((digit) => SUPERSCRIPT[Number(digit)]).join('');
  return `${minus(figures)} × 10${Number(power) < 0 ? '⁻' : ''}${digits}`;
}

/** Seconds as a reader would say them: seconds up to a minute and a half, then minutes. */
export const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
