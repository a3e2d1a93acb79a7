/**
 * What is measured: which engines, on which models. Both sides read it, the command in Node and the page.
 */

/** Engines of this site, and the strangers they are held against. */
export const BROWSER_ENGINES = [
  'unrolled-webgl',
  'unrolled-wasm',
  'tfjs-layers-webgl',
  'tfjs-layers-webgl-sparse',
  'tfjs-layers-wasm',
] as const;
export type BrowserEngine = (typeof BROWSER_ENGINES)[number];

export const ENGINES = [...BROWSER_ENGINES, 'pytorch-cpu'] as const;
export type Engine = (typeof ENGINES)[number];

/** By the name in a report, the cell's id in the site's list; PyTorch's GRU and Keras's reset after the product. */
export const CELL_IDS = { lstm: 'lstm', gru: 'gru-reset-after', elman: 'elman' } as const;
export type CellName = keyof typeof CELL_IDS;
export const CELL_NAMES = Object.keys(CELL_IDS) as readonly CellName[];

/** One model on batches of one size: embedding, one recurrent layer, one logit. */
export interface Case {
  readonly cell: CellName;
  readonly steps: number;
  readonly units: number;
  readonly batch: number;
  /** Width of a word's vector. */
  readonly embedding: number;
  /** Word ids run from 0 to this number less one. */
  readonly vocabulary: number;
  /** Adam's step size. */
  readonly rate: number;
  /** The largest global norm of the gradient. */
  readonly clip: number;
}

/** What no option changes. */
const COMMON = { batch: 32, embedding: 32, vocabulary: 4000, rate: 1e-3, clip: 5 } as const;

/** Which of the cases to measure. */
export interface Grid {
  readonly cells: readonly CellName[];
  readonly steps: readonly number[];
  readonly units: readonly number[];
}

export const WHOLE: Grid = { cells: CELL_NAMES, steps: [80, 200], units: [32, 128] };
export const QUICK: Grid = { cells: ['lstm'], steps: [80], units: [32] };

export function casesOf({ cells, steps, units }: Grid): readonly Case[] {
  return cells.flatMap((cell) =>
    units.flatMap((width) => steps.map((length) => ({ ...COMMON, cell, steps: length, units: width }))),
  );
}

/** `lstm, 80 steps, 32 units`. */
export function spelled({ cell, steps, units }: Pick<Case, 'cell' | 'steps' | 'units'>): string {
  return `${cell}, ${steps} steps, ${units} units`;
}
