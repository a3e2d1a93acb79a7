import type { Sizes } from '../equations/graph.ts';

/** What a named value does in its cell; each role has one colour everywhere on the site. */
export const ROLES = [
  'forget',
  'input',
  'output',
  'candidate',
  'state',
  'hidden',
  'update',
  'reset',
] as const;
export type Role = (typeof ROLES)[number];

/** A cell of the list: its equations, and what the equations alone don't say. */
export interface Cell {
  /** Stable, used in links: `lstm`, `gru-reset-before`. */
  readonly id: string;
  /** As a heading: `LSTM`, `GRU, reset before the product`. */
  readonly name: string;
  readonly equations: string;
  readonly roles: Readonly<Record<string, Role>>;
  /** Keys of the bibliography, the introducing paper first. */
  readonly papers: readonly string[];
  /** Which conventions the text follows where the literature differs, a sentence each. */
  readonly conventions: readonly string[];
  /** Constant starts of vector parameters that don't start at zero: `{ bf: 1 }`. */
  readonly initial: Readonly<Record<string, number>>;
  /** Check figures: the number of parameters at given sizes, from the literature or a toolkit. */
  readonly counts: readonly { readonly sizes: Sizes; readonly parameters: number }[];
}
