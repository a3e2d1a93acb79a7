/** Radius of a wire's corners, px. */
const CORNER = 10;

/** A wire's line as an SVG path, its corners rounded as far as its pieces allow. */
export function wirePath(line: readonly number[]): string {
  const at = (k: number) => [line[2 * k] ?? 0, line[2 * k + 1] ?? 0] as const;
  const count = line.length / 2;
  const [x, y] = at(0);
  let path = `M${x} ${y}`;
  for (let k = 1; k < count; k++) {
    const [hereX, hereY] = at(k);
    if (k === count - 1) {
      path += `L${hereX} ${hereY}`;
      continue;
    }
    const [beforeX, beforeY] = at(k - 1);
    const [afterX, afterY] = at(k + 1);
    const into = Math.hypot(hereX - beforeX, hereY - beforeY);
    const away = Math.hypot(afterX - hereX, afterY - hereY);
    const radius = Math.min(CORNER, into / 2, away / 2);
    const straight = (beforeX === hereX) === (hereX === afterX);
    if (straight || radius === 0) {
      path += `L${hereX} ${hereY}`;
      continue;
    }
    const startX = hereX - (Math.sign(hereX - beforeX) * radius || 0);
    const startY = hereY - (Math.sign(hereY - beforeY) * radius || 0);
    const endX = hereX + (Math.sign(afterX - hereX) * radius || 0);
    const endY = hereY + (Math.sign(afterY - hereY) * radius || 0);
    path += `L${startX} ${startY}Q${hereX} ${hereY} ${endX} ${endY}`;
  }
  return path;
}

/** An arrow head at the end of a line, as an SVG path. */
export function arrowHead(line: readonly number[]): string {
  const count = line.length;
  const [x = 0, y = 0] = [line[count - 2], line[count - 1]];
  const [dx, dy] = [Math.sign(x - (line[count - 4] ?? x)), Math.sign(y - (line[count - 3] ?? y))];
  const wing = (side: number) => `${x - 6 * dx - 4 * side * dy} ${y - 6 * dy + 4 * side * dx}`;
  return `M${wing(1)}L${x} ${y}L${wing(-1)}`;
}
