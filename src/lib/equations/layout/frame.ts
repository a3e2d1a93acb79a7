/**
 * The two geometries of the diagram: a desk's and a phone's. Each has its own sizes, and neither is the other scaled:
 * text keeps its size. Places are counted in cells of a grid, so that what is aligned is aligned exactly.
 */
export interface Frame {
  /** The most that a picture may take, px. */
  readonly width: number;
  /** Side of a grid cell, px. */
  readonly cell: number;
  /** Half the width of a gate, in cells, widest first: where a picture is too wide its gates get narrower. */
  readonly gates: readonly number[];
  /** Cells between two gates, widest first. */
  readonly gaps: readonly number[];
  /** Width of a strip of units, px. */
  readonly strip: number;
  /** Radius of an operator's circle, px. */
  readonly radius: number;
  /** Size of letters, numbers and signs, px. */
  readonly text: number;
  /** States stand outside the cell's body; on a phone there is no room beside it. */
  readonly outside: boolean;
  /** Whether letters stand at the wires of a gate, and numbers in the arguments. */
  readonly letters: boolean;
}

export const FRAMES = {
  desk: {
    width: 704,
    cell: 10,
    gates: [4, 3],
    gaps: [3, 2],
    strip: 64,
    radius: 13,
    text: 13,
    outside: true,
    letters: true,
  },
  phone: {
    width: 358,
    cell: 8,
    gates: [3],
    gaps: [3, 2],
    strip: 48,
    radius: 11,
    text: 12,
    outside: false,
    letters: false,
  },
} as const satisfies Readonly<Record<string, Frame>>;

export type FrameName = keyof typeof FRAMES;
