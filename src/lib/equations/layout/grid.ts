/** A cell of the grid as one number: y * width + x. */
export type Cell = number;

/** East, south, west, north. */
export const HEADINGS = [0, 1, 2, 3] as const;
export type Heading = (typeof HEADINGS)[number];
export const STEP_X = [1, 0, -1, 0] as const;
export const STEP_Y = [0, 1, 0, -1] as const;

/** What a wire pays, in half cells: length, bends, crossings, running beside another, branching, branching at a corner. */
export const COST = { step: 2, bend: 16, crossing: 44, beside: 1, branch: 6, corner: 12 } as const;

const FREE = -1;
const BLOCKED = -2;

/**
 * The plane that wires run on: each cell says whose box covers it, and which value's wire passes it along and across.
 * Two values never share a cell in one direction, and a cell where a wire turns or branches belongs to it alone: so no
 * two wires can overlap, and a crossing is always a plain one.
 */
export class Grid {
  readonly width: number;
  readonly height: number;
  readonly owner: Int16Array;
  readonly along: Int16Array;
  readonly across: Int16Array;
  /** Middles of operators, where several wires end and one begins: no wire takes such a cell for itself. */
  readonly hubs = new Set<Cell>();

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.owner = new Int16Array(width * height).fill(FREE);
    this.along = new Int16Array(width * height).fill(FREE);
    this.across = new Int16Array(width * height).fill(FREE);
  }

  cell(x: number, y: number): Cell {
    return y * this.width + x;
  }

  inside(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }

  /** Gives a rectangle (bounds included) to an element, or to nobody. */
  cover(left: number, top: number, right: number, bottom: number, element?: number): void {
    for (let y = Math.max(0, top); y <= Math.min(this.height - 1, bottom); y++)
      for (let x = Math.max(0, left); x <= Math.min(this.width - 1, right); x++)
        this.owner[this.cell(x, y)] = element ?? BLOCKED;
  }

  /** Whether nothing at all stands or passes in a rectangle. */
  empty(left: number, top: number, right: number, bottom: number): boolean {
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const at = this.cell(x, y);
        if (
          !this.inside(x, y) ||
          this.owner[at] !== FREE ||
          this.along[at] !== FREE ||
          this.across[at] !== FREE
        )
          return false;
      }
    return true;
  }

  ownerAt(at: Cell): number {
    return this.owner[at] ?? BLOCKED;
  }

  isBlocked(at: Cell): boolean {
    return this.owner[at] === BLOCKED;
  }

  alongAt(at: Cell): number {
    return this.along[at] ?? FREE;
  }

  acrossAt(at: Cell): number {
    return this.across[at] ?? FREE;
  }
}

export const NOBODY = FREE;
