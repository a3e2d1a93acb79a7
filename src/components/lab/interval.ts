/** The normal distribution's 97.5 % point: 95 % lie within so many standard errors. */
const Z = 1.959964;

/**
 * Wilson's 95 % interval for a share that was counted: unlike the textbook's share ± z √(p(1−p)/n) it stays within
 * 0 and 1 and holds its level for shares near them (Wilson 1927; Brown, Cai and DasGupta 2001).
 *
 * @param share 0 to 1
 * @param count how many were counted, at least 1
 */
export function wilson(share: number, count: number): { readonly low: number; readonly high: number } {
  const z2 = (Z * Z) / count;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count))) / (1 + z2);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
