/** A batch at hand: `steps * batch` rows, in columns of `fold` steps (`texture.ts`). */
export interface Rows {
  readonly batch: number;
  readonly steps: number;
  /** Steps that stand below one another before the next column begins. */
  readonly fold: number;
}

/** Size of a texture, in texels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
  /** Of a texture array; without it, a plain texture. */
  readonly layers?: number;
}

/**
 * Room for sequences of `size` features, up to a number of steps of a batch.
 * @param limit a texture's largest side on this device
 * @throws Error where the device has no texture for it
 */
export function extent(size: number, batch: number, steps: number, limit: number): Extent {
  const fold = Math.min(steps, Math.floor(limit / batch));
  const width = fold === 0 ? Number.POSITIVE_INFINITY : size * Math.ceil(steps / fold);
  if (width > limit)
    throw new Error(
      `${steps} steps of ${batch} examples with ${size} features don't fit a texture of this device, which has at most ${limit} x ${limit} texels. Take a smaller batch, or fewer steps.`,
    );
  return { width, height: fold * batch };
}

/** How a batch stands in textures of this height. */
export function rowsIn(height: number, batch: number, steps: number): Rows {
  return { batch, steps, fold: Math.max(1, Math.floor(height / batch)) };
}

/** The part of a texture that holds all rows of a batch: what a draw over all steps covers. */
export function whole({ batch, steps, fold }: Rows, size: number): Extent {
  return { width: size * Math.ceil(steps / fold), height: batch * Math.min(steps, fold) };
}

/** The column in which a step stands, and its first row there. */
export function columnAt({ batch, fold }: Pick<Rows, 'batch' | 'fold'>, step: number): [number, number] {
  return [Math.floor(step / fold), batch * (step % fold)];
}

/** The texel of a step's first row and feature. */
export function stepAt(
  rows: Pick<Rows, 'batch' | 'fold'>,
  step: number,
  size: number,
): { x: number; y: number } {
  const [column, y] = columnAt(rows, step);
  return { x: size * column, y };
}

/**
 * GLSL: the same, where `rows` is `ivec3(batch, steps, fold)`; and back from a texel of `whole` to its step, example
 * and feature. What lies beyond the last step (in the last column) has a step of `rows.y` or more.
 */
export const ROWS = `
/** (column, first row) */
ivec2 columnAt(int fold, int step, int batch) { return ivec2(step / fold, step % fold * batch); }
ivec2 stepAt(ivec3 rows, int step, int size) {
  return ivec2(step / rows.z * size, step % rows.z * rows.x);
}
/** (feature, example, step) */
ivec3 placeOf(ivec3 rows, ivec2 texel, int size) {
  int column = texel.x / size;
  int down = texel.y / rows.x;
  return ivec3(texel.x - column * size, texel.y - down * rows.x, column * rows.z + down);
}
`;
