import { PANEL_COLUMNS } from './opcodes.ts';

/** A rectangle of float32 numbers in the kernel's memory. Offsets are in bytes, strides in elements. */
export interface Block {
  /** For messages. */
  readonly name: string;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Row numbers, int32, one after another. */
export interface Ids {
  readonly name: string;
  readonly offset: number;
  readonly count: number;
}

/** A matrix [depth, columns] in the order in which a product reads it: panels of eight columns, each row by row. */
export interface Packed {
  readonly name: string;
  readonly offset: number;
  readonly depth: number;
  readonly columns: number;
  /** From one panel to the next, in elements. */
  readonly panelStride: number;
}

export const FLOAT_BYTES = 4;

/** `h [32 x 128]`. */
export function spelled(block: Pick<Block, 'name' | 'rows' | 'columns'>): string {
  return `${block.name} [${block.rows} x ${block.columns}]`;
}

function checkRange(what: string, from: number, count: number, step: number, size: number): void {
  const whole = [from, count, step].every(Number.isInteger);
  if (!whole || from < 0 || count < 1 || step < 1 || from + (count - 1) * step >= size)
    throw new Error(
      `${what} from ${from}, ${count} of them, every ${step}: expected a range within the ${size} that there are.`,
    );
}

/** Some rows: `count` of them from row `from` on, every `step`-th. The numbers are the block's own. */
export function rowsOf(block: Block, from: number, count: number, step = 1): Block {
  checkRange(`rows of ${spelled(block)}`, from, count, step, block.rows);
  const offset = block.offset + FLOAT_BYTES * from * block.rowStride;
  return { ...block, offset, rows: count, rowStride: step * block.rowStride };
}

/** Some columns, side by side. */
export function columnsOf(block: Block, from: number, count: number): Block {
  checkRange(`columns of ${spelled(block)}`, from, count, 1, block.columns);
  return { ...block, offset: block.offset + FLOAT_BYTES * from * block.columnStride, columns: count };
}

/** The same numbers with rows for columns. A product's left side and `pack` take it; element-wise passes don't. */
export function transposed(block: Block): Block {
  return {
    ...block,
    name: `${block.name}ᵀ`,
    rows: block.columns,
    columns: block.rows,
    rowStride: block.columnStride,
    columnStride: block.rowStride,
  };
}

/** Some of a packed matrix's rows, so that a part can be packed, or multiplied by, on its own. */
export function depthOf(packed: Packed, from: number, count: number): Packed {
  checkRange(`rows of ${packed.name} [${packed.depth} x ${packed.columns}]`, from, count, 1, packed.depth);
  return { ...packed, offset: packed.offset + FLOAT_BYTES * PANEL_COLUMNS * from, depth: count };
}

/** Whether the block's numbers lie in one piece, row by row. */
export function isWhole({ rows, columns, rowStride, columnStride }: Block): boolean {
  return (columns === 1 || columnStride === 1) && (rows === 1 || rowStride === columns);
}

/** Whether two views are the same numbers in the same places. */
export function isSame(a: Block, b: Block): boolean {
  return (
    a.offset === b.offset &&
    a.rows === b.rows &&
    a.columns === b.columns &&
    (a.rows === 1 || a.rowStride === b.rowStride) &&
    (a.columns === 1 || a.columnStride === b.columnStride)
  );
}

/** The bytes from a block's first number to past its last. */
function span({ offset, rows, columns, rowStride, columnStride }: Block): readonly [number, number] {
  return [offset, offset + FLOAT_BYTES * ((rows - 1) * rowStride + (columns - 1) * columnStride + 1)];
}

/**
 * Whether two blocks share no number, as far as can be told cheaply: they lie one after the other, or they are
 * different columns of rows with one stride. False also where it can't be told.
 */
export function areApart(a: Block, b: Block): boolean {
  const [beginA, endA] = span(a);
  const [beginB, endB] = span(b);
  if (endA <= beginB || endB <= beginA) return true;
  if (a.rowStride !== b.rowStride || a.columnStride !== 1 || b.columnStride !== 1) return false;
  const stride = a.rowStride;
  const ahead = ((((b.offset - a.offset) / FLOAT_BYTES) % stride) + stride) % stride;
  return ahead >= a.columns && ahead + b.columns <= stride;
}
