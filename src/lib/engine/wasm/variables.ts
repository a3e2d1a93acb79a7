/** Where a model's variables, their gradients and their moments lie: one row each, so that Adam needs one instruction. */
import {
  type Architecture,
  cellsOf,
  countOf,
  type VariableDescription,
  variablesOf,
} from '../architecture.ts';
import { type Block, columnsOf, FLOAT_BYTES } from './block.ts';
import type { Layout } from './layout.ts';
import { arrangement } from './recurrent.ts';

/** All trained variables as one row, without gaps; and beside it, what Adam keeps of them. */
interface TrainedRow {
  readonly parameter: Block;
  readonly gradient: Block;
  readonly first: Block;
  readonly second: Block;
  /** The numbers before it are the embedding's: its gradient is sparse. */
  readonly denseFrom: number;
}

export interface Variables {
  readonly descriptions: readonly VariableDescription[];
  readonly trained: TrainedRow | undefined;
  /** A variable's numbers, its gradient or a moment, by the variable's name; only `parameter` where it isn't trained. */
  block(which: 'parameter' | 'gradient' | 'first' | 'second', name: string): Block;
  /** Several, side by side or one under the other; see `Place.weights`. */
  together(which: 'parameter' | 'gradient', names: readonly string[]): Block;
}

/** [rows, columns] of a variable of any shape: a vector is one row, three dimensions are [a · b, c]. */
function matrixOf(shape: readonly number[]): { readonly rows: number; readonly columns: number } {
  const columns = shape.at(-1) ?? 1;
  return { rows: countOf({ shape }) / columns, columns };
}

/** The variables in the order in which they lie in memory: a cell's as its plan wants them, side by side. */
function inMemoryOrder(architecture: Architecture): readonly VariableDescription[] {
  const descriptions = [...variablesOf(architecture)];
  const byName = new Map(descriptions.map((description) => [description.name, description]));
  if (byName.size < descriptions.length)
    throw new Error(
      `two variables have one name among ${descriptions.map(({ name }) => name).join(', ')}; give each layer a name of its own.`,
    );
  for (const layer of architecture.layers) {
    if (layer.kind !== 'recurrent') continue;
    for (const { prefix } of cellsOf(layer)) {
      const own = arrangement(layer.equations).map((name) => byName.get(`${prefix}${name}`));
      const places = own.map((description) => (description ? descriptions.indexOf(description) : -1));
      const from = Math.min(...places);
      for (const [k, description] of own.entries()) {
        if (description === undefined)
          throw new Error(`${layer.name}: its arrangement names a parameter that its equations don't have.`);
        descriptions[from + k] = description;
      }
    }
  }
  return descriptions;
}

/** Deals out memory for a model's variables. @throws Error where they don't fit */
export function layOutVariables(layout: Layout, architecture: Architecture): Variables {
  const ordered = inMemoryOrder(architecture);
  const descriptions = variablesOf(architecture);
  const trained = ordered.filter((description) => description.trained);
  const count = trained.reduce((sum, description) => sum + countOf(description), 0);
  const [embedding] = architecture.layers;
  const denseFrom =
    embedding?.kind === 'embedding' && embedding.trained ? embedding.vocabulary * embedding.size : 0;
  const row =
    count === 0
      ? undefined
      : {
          parameter: layout.block('the trained variables', 1, count),
          gradient: layout.block('their gradients', 1, count),
          first: layout.block('their first moments', 1, count),
          second: layout.block('their second moments', 1, count),
          denseFrom,
        };
  const froms = new Map<string, number>();
  let from = 0;
  for (const description of trained) {
    froms.set(description.name, from);
    from += countOf(description);
  }
  const frozen = new Map(
    ordered
      .filter((description) => !description.trained)
      .map(({ name, shape }) => {
        const { rows, columns } = matrixOf(shape);
        return [name, layout.block(name, rows, columns)];
      }),
  );
  const byName = new Map(descriptions.map((description) => [description.name, description]));
  const described = (name: string): VariableDescription => {
    const description = byName.get(name);
    if (description === undefined)
      throw new Error(`the model has no variable ${name}, only ${[...byName.keys()].join(', ')}.`);
    return description;
  };
  const block: Variables['block'] = (which, name) => {
    const description = described(name);
    const start = froms.get(name);
    const { rows, columns } = matrixOf(description.shape);
    if (row !== undefined && start !== undefined) {
      const { offset } = columnsOf(row[which], start, rows * columns);
      return { name: `${which} ${name}`, offset, rows, columns, rowStride: columns, columnStride: 1 };
    }
    const kept = frozen.get(name);
    if (kept === undefined || which !== 'parameter')
      throw new Error(`${name} is not trained: there is no ${which} of it.`);
    return kept;
  };
  return {
    descriptions,
    trained: row,
    block,
    together: (which, names) => {
      const [first, ...others] = names.map((name) => block(which, name));
      if (first === undefined) throw new Error('no variable was named; name one at least.');
      const isVector = names.every((name) => described(name).shape.length === 1);
      return others.reduce((all, next) => join(all, next, isVector), first);
    },
  };
}

/** Two blocks, the second right after the first, as one. */
function join(a: Block, b: Block, sideBySide: boolean): Block {
  const isNext = b.offset === a.offset + FLOAT_BYTES * a.rows * a.columns;
  if (!isNext || (!sideBySide && a.columns !== b.columns))
    throw new Error(
      `${b.name} [${b.rows} x ${b.columns}] doesn't lie right after ${a.name} [${a.rows} x ${a.columns}], or is of another width: they are no one block. Change the arrangement.`,
    );
  const columns = sideBySide ? a.columns + b.columns : a.columns;
  return {
    ...a,
    name: `${a.name}, ${b.name}`,
    rows: sideBySide ? 1 : a.rows + b.rows,
    columns,
    rowStride: columns,
  };
}
