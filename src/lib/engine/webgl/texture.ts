/**
 * How numbers lie in textures; every program of this folder reads and writes them so.
 *
 * - A texture holds 32-bit floats: one a texel (`number`, R32F) or four (`quad`, RGBA32F). Both are read with
 *   `texelFetch(...)`, the first number of a texel as `.r`, so a reader need not know which of the two it has.
 * - A **value** between two layers has one number a texel: feature across, row down. A row is one step of one example,
 *   `step * batch + example`, so that a step's rows are one block, and a [batch, size] value is one step of a sequence.
 *   Sizes are those of the batch at hand, not of the largest one.
 * - Thousands of rows don't fit one below the other in a texture: they stand in columns of `fold` steps each
 *   (`rows.ts`), the next column right of the one before.
 * - What a recurrent layer keeps for itself stands in texture **arrays**, four numbers of one unit a texel in as many
 *   layers as it takes, rows like those of values: one sampler then reads all that a draw left.
 * - **Parameters** of a whole model stand in one sheet of quads (`sheet.ts`): its gradient, and Adam's means, in
 *   sheets of the same layout, so that one draw updates them all. A matrix [rows, columns] is `rows` texels wide and
 *   `columns` high and owns one of the four channels: up to four matrices that multiply the same vector share a
 *   texel, and a fragment that computes one unit meets all its gates' weights for one input in one read.
 */
export interface Texture {
  readonly handle: WebGLTexture;
  readonly width: number;
  readonly height: number;
  readonly format: Format;
  /** Of a texture array: how many layers it has. Absent of a plain texture. */
  readonly layers?: number;
  /** Of a texture array, which layer a target writes; see `layerOf`. */
  readonly layer?: number;
}

export type Format = 'number' | 'quad';

/** Floats in a texel. */
export const FLOATS: Readonly<Record<Format, number>> = { number: 1, quad: 4 };

/** Where a value stands: its texture and the texel of its first number. Channel r of each texel. */
export interface Value {
  readonly texture: Texture;
  readonly x: number;
  readonly y: number;
}

/** One layer of a texture array, to be written. It shares the array's handle: free the array, not the layer. */
export function layerOf(texture: Texture, layer: number): Texture {
  return { ...texture, layer };
}

/** What a draw writes into: one texture for each output of its program, all of one size. */
export interface Target {
  readonly framebuffer: WebGLFramebuffer;
  readonly textures: readonly Texture[];
}

/** A part of a target, in texels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
