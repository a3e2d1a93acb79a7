import type { Weights } from '../learner.ts';
import type { Extent } from './rows.ts';
import type { Rectangle } from './texture.ts';

/**
 * A matrix, or a vector, in a block of texels: element [row, column] stands `row` texels to the right and `column`
 * down, in one channel. The strides say where it lies in its variable, so that a variable may be several matrices
 * (a convolution has one for each of its taps).
 */
export interface Slot {
  readonly variable: string;
  readonly rows: number;
  readonly columns: number;
  /** In the variable's numbers: the first element, and how far it is to the next row and the next column. */
  readonly first: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** Within the block. */
  readonly x: number;
  readonly y: number;
  readonly channel: number;
}

/** Texels that are drawn at once, with the parameters in them; what no slot covers stays zero. */
export interface Block extends Extent {
  readonly slots: readonly Slot[];
}

/** Blocks of a model with a place for each. */
export interface Sheet extends Extent {
  readonly blocks: readonly Block[];
  /** By block, in the order in which they were given. */
  readonly places: readonly Rectangle[];
}

/** A row-major matrix [rows, columns] at the block's texel (x, y); a vector is a matrix of one column. */
export function matrix(
  variable: string,
  [rows, columns = 1]: readonly number[],
  { x = 0, y = 0, channel = 0 }: { readonly x?: number; readonly y?: number; readonly channel?: number },
): Slot {
  return { variable, rows: rows ?? 1, columns, first: 0, rowStride: columns, columnStride: 1, x, y, channel };
}

/**
 * Places blocks one below the other, in as many columns as the device's texture needs.
 * @throws Error where they don't fit
 */
export function layOut(blocks: readonly Block[], side: number): Sheet {
  const places: Rectangle[] = [];
  let column = { x: 0, width: 0 };
  let y = 0;
  let height = 1;
  for (const block of blocks) {
    if (y + block.height > side) {
      column = { x: column.x + column.width, width: 0 };
      y = 0;
    }
    places.push({ x: column.x, y, width: block.width, height: block.height });
    column.width = Math.max(column.width, block.width);
    y += block.height;
    height = Math.max(height, y);
  }
  const width = Math.max(1, column.x + column.width);
  if (width > side || height > side)
    throw new Error(
      `The model's parameters take ${width} x ${height} texels, and this device's textures have at most ${side} x ${side}. Take fewer units.`,
    );
  return { width, height, blocks, places };
}

/** Calls back with each parameter's place: in its variable, and in the sheet's floats. */
function eachNumber(
  { blocks, places, width }: Sheet,
  visit: (slot: Slot, inVariable: number, inSheet: number) => void,
): void {
  for (const [k, { slots }] of blocks.entries()) {
    const at = places[k];
    if (at === undefined) throw new Error('a block has no place in the sheet');
    for (const slot of slots)
      for (let column = 0; column < slot.columns; column++) {
        const texel = (at.y + slot.y + column) * width + at.x + slot.x;
        const start = slot.first + column * slot.columnStride;
        for (let row = 0; row < slot.rows; row++)
          visit(slot, start + row * slot.rowStride, 4 * (texel + row) + slot.channel);
      }
  }
}

/** Parameters (or their gradients, or means) as a sheet's floats; a variable that isn't given is zero. */
export function onSheet(sheet: Sheet, weights: Weights): Float32Array {
  const floats = new Float32Array(4 * sheet.width * sheet.height);
  eachNumber(sheet, ({ variable }, inVariable, inSheet) => {
    floats[inSheet] = weights.get(variable)?.[inVariable] ?? 0;
  });
  return floats;
}

/** Variables from a sheet's floats. @param sizes elements by variable */
export function offSheet(
  sheet: Sheet,
  floats: Float32Array,
  sizes: ReadonlyMap<string, number>,
): Map<string, Float32Array> {
  const weights = new Map([...sizes].map(([name, size]) => [name, new Float32Array(size)]));
  eachNumber(sheet, ({ variable }, inVariable, inSheet) => {
    const numbers = weights.get(variable);
    if (numbers !== undefined) numbers[inVariable] = floats[inSheet] ?? 0;
  });
  return weights;
}
