import type { Role } from '../../lib/cells/cell.ts';
import type { Graph } from '../../lib/equations/graph.ts';
import type { Pictures } from './pictures.ts';
import type { Place } from './place.ts';

/**
 * What a stage opens on: one cell with its weights, reading one review. JSON, because an island's props travel
 * in the page: arrays of numbers are packed as base64 of little-endian float32 (`packed.ts`). The values of
 * every step are computed from it by the `numbers` meaning, at build and again in the page.
 */
export interface StageSubject {
  /** As the stage's title: `LSTM`. */
  readonly name: string;
  /** The equations' graph and not their text, so that a page that only shows them carries no parser. */
  readonly graph: Graph;
  /** Named value -> role; a cell that is in no list gives what it knows. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly sizes: { readonly input: number; readonly units: number };
  /** Parameters by name, packed. */
  readonly parameters: readonly (readonly [name: string, packed: string])[];
  /** The words read, and the vector of each, packed together as [words, input]. */
  readonly words: readonly string[];
  readonly inputs: string;
  /** The verdict's log-odds: packed weights [units] times the output, plus bias. */
  readonly head: { readonly weights: string; readonly bias: number };
  /** Where the weights come from, after the name: `trained on 20,000 reviews`. */
  readonly origin: string;
  /** Where it stands when it opens, 0-based; without it at the word that moved the verdict most. */
  readonly start?: Place;
  /** KaTeX's HTML of each statement, rendered at build; the page carries no KaTeX script. */
  readonly typeset: readonly string[];
  /** The diagram, laid out at build; without it the page lays it out itself. */
  readonly pictures?: Pictures;
  /** KaTeX's HTML of each symbol alone (`f`, `c'`, `Wf`), for chips and the inspector. */
  readonly symbols: readonly (readonly [name: string, html: string])[];
}
