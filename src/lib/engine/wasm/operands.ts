/** What instructions ask of their operands; each error names the instruction, the operand, and what would fit. */
import { areApart, type Block, FLOAT_BYTES, type Ids, type Packed, spelled } from './block.ts';
import { type OpcodeName, PANEL_COLUMNS } from './opcodes.ts';

export function refuse(instruction: OpcodeName, what: string, block: Block, expected: string): never {
  throw new Error(`${instruction}: ${what} is ${spelled(block)}, expected ${expected}.`);
}

export function checkShape(
  instruction: OpcodeName,
  what: string,
  block: Block,
  rows: number,
  columns: number,
): void {
  if (block.rows !== rows || block.columns !== columns)
    refuse(instruction, what, block, `[${rows} x ${columns}]`);
}

export function checkSideBySide(instruction: OpcodeName, what: string, block: Block): void {
  if (block.columns > 1 && block.columnStride !== 1)
    refuse(instruction, what, block, 'columns side by side; it is transposed: pack it or copy it');
}

/** What is written has its columns side by side and no row on top of another. */
export function checkOutput(instruction: OpcodeName, out: Block): void {
  checkSideBySide(instruction, 'out', out);
  if (out.rows > 1 && out.rowStride < out.columns)
    refuse(instruction, 'out', out, 'rows that do not overlap');
}

export function checkApart(instruction: OpcodeName, out: Block, what: string, operand: Block): void {
  if (!areApart(out, operand))
    throw new Error(
      `${instruction}: ${what} is ${spelled(operand)} and shares memory with ${spelled(out)}, which is written. Give it a place of its own.`,
    );
}

/** Where an operand's next row and column are, in bytes. */
export interface Steps {
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

/** An operand's strides: as large as the output, or 1 along a side and then the same for all of it. */
export function stepsOf(instruction: OpcodeName, what: string, block: Block, out: Block): Steps {
  const fits = (size: number, full: number) => size === full || size === 1;
  if (!fits(block.rows, out.rows) || !fits(block.columns, out.columns))
    refuse(instruction, what, block, `the shape of ${spelled(out)}, or 1 along either side`);
  checkSideBySide(instruction, what, block);
  const single = block.rows === 1 && block.columns === 1;
  return {
    offset: block.offset,
    row: block.rows === 1 ? 0 : FLOAT_BYTES * block.rowStride,
    column: single || block.columns !== out.columns ? 0 : FLOAT_BYTES,
  };
}

/** The numbers that a packed matrix takes, as one row. */
export function packedSpan({ name, offset, depth, columns, panelStride }: Packed): Block {
  const count = (Math.ceil(columns / PANEL_COLUMNS) - 1) * panelStride + PANEL_COLUMNS * depth;
  return { name, offset, rows: 1, columns: count, rowStride: count, columnStride: 1 };
}

export function idsSpan({ name, offset, count }: Ids): Block {
  return { name, offset, rows: 1, columns: count, rowStride: count, columnStride: 1 };
}
