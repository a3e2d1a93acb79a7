/** A whole number with its thousands marked: `3,000`. */
export const count = (n: number): string => n.toLocaleString('en');

/** Bytes in kilobytes of 1,000, without the unit. */
export const kilobytes = (bytes: number): string => count(Math.round(bytes / 1000));

/** Seconds as a reader would say them: seconds up to a minute and a half, then minutes. */
export const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
