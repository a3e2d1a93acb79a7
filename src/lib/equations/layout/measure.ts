import type { Picture } from './picture.ts';

/** What of a picture can be counted. */
export interface Measures {
  readonly crossings: number;
  readonly bends: number;
  /** Of all wires, px. */
  readonly length: number;
}

/** A straight piece of a wire, from its left or upper end. */
export interface Segment {
  readonly wire: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Every straight piece of every wire; the gap at a crossing is closed again, since the wire runs on. */
export function segmentsOf({ wires }: Pick<Picture, 'wires'>): Segment[] {
  return wires.flatMap(({ lines }, wire) => {
    const points = lines.flatMap((line) =>
      Array.from({ length: line.length / 2 }, (_, k) => [line[2 * k] ?? 0, line[2 * k + 1] ?? 0] as const),
    );
    return points.slice(1).map(([x, y], k): Segment => {
      const [bx, by] = points[k] ?? [0, 0];
      return { wire, x1: Math.min(bx, x), y1: Math.min(by, y), x2: Math.max(bx, x), y2: Math.max(by, y) };
    });
  });
}

export function measure(picture: Pick<Picture, 'wires'>): Measures {
  const segments = segmentsOf(picture).filter(({ x1, x2, y1, y2 }) => x1 !== x2 || y1 !== y2);
  const level = segments.filter(({ y1, y2 }) => y1 === y2);
  const upright = segments.filter(({ x1, x2 }) => x1 === x2);
  let crossings = 0;
  for (const { x1, x2, y1: y, wire } of level)
    for (const { x1: x, y1, y2, wire: other } of upright)
      if (wire !== other && x > x1 && x < x2 && y > y1 && y < y2) crossings++;
  let bends = 0;
  for (const { lines } of picture.wires) {
    const points = lines.flat();
    for (let k = 4; k < points.length; k += 2) {
      const level = (at: number) => points[at + 1] === points[at - 1];
      if (level(k) !== level(k - 2)) bends++;
    }
  }
  const length = segments.reduce((sum, { x1, x2, y1, y2 }) => sum + x2 - x1 + y2 - y1, 0);
  return { crossings, bends, length };
}
