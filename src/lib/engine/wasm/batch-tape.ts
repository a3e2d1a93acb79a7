/** A whole model's batch as one tape: its shards one after another, their sum, clipping and Adam. */
import type { Architecture } from '../architecture.ts';
import { ADAM } from '../optimiser.ts';
import { type Block, columnsOf, FLOAT_BYTES, type Ids, rowsOf } from './block.ts';
import { Layout } from './layout.ts';
import type { Scope } from './part.ts';
import {
  embeddingOf,
  layOutInputs,
  outputSteps,
  putShard,
  type ShardInputs,
  type ShardResults,
  type ShardShape,
} from './shard-tape.ts';
import { Tape } from './tape.ts';
import type { Variables } from './variables.ts';

/** What a tape is made for. */
export interface BatchShape extends ShardShape {
  /** Examples of each shard, in the batch's order. */
  readonly sizes: readonly number[];
  /** Into how many groups of neighbouring shards the batch is divided, and which of them this tape learns. */
  readonly groups: number;
  readonly own: number;
}

/** What a group of shards adds to the batch's gradient, in the form in which it travels between workers. */
export interface Contribution {
  /** The group's examples: so many from `from` on, and how many of them each of its shards has. */
  readonly from: number;
  readonly sizes: readonly number[];
  /** Gradients of all but the embedding, as one row: the sum of the shards'. */
  readonly dense: Block | undefined;
  /** dL/d(word vectors), and the ids of those rows: shard after shard, each [tokens · size, size of a vector]. */
  readonly rows: Block | undefined;
  readonly ids: Ids | undefined;
  /** [shards, 2]: of each, its part of the batch's mean loss, and its right answers. */
  readonly sums: Block;
}

/** One number each, at the same place in all of a model's tapes. */
export interface Slots {
  /** The gradient's sum of squares, and what the gradient is to be multiplied by. */
  readonly squares: Block;
  readonly scale: Block;
  /** [1, 2]; see `Tape.adam`. */
  readonly schedule: Block;
}

export function layOutSlots(layout: Layout): Slots {
  return {
    squares: layout.slot('squares'),
    scale: layout.slot('scale'),
    schedule: layout.block('schedule', 1, 2),
  };
}

/**
 * The parts of a tape that may run on their own, in the order in which they stand: up to this tape's contributions; all
 * contributions summed; the weights moved; the embedding's gradient cleared where it was not zero.
 */
export const SECTIONS = ['teach', 'combine', 'move', 'clear'] as const;
export type Section = (typeof SECTIONS)[number];

/** A tape, and the places that are filled before it runs and read afterwards. */
export interface BatchTape {
  readonly words: Int32Array;
  /** How many instructions each section has. */
  readonly instructions: Readonly<Record<Section, number>>;
  /** Where the memory that it works in ends. */
  readonly end: number;
  /** What goes into each of the shards that it learns. */
  readonly inputs: readonly ShardInputs[];
  /** Of all groups, none where nothing is learnt; and which is this tape's own. */
  readonly own: number;
  readonly contributions: readonly Contribution[];
  /** The keys of the layers that drop, by the place that `keyOf` asks for. */
  readonly keys: ReadonlyMap<number, Ids>;
  /** Of the first shard that it learns: of the whole batch where there is but one. */
  readonly output: Block;
  /** Steps of the output; 1 where it is one vector an example. */
  readonly steps: number;
}

/**
 * Compiles a model for one shape of batch. Nothing runs.
 *
 * @param from where the memory of batches begins; tapes of all shapes share it
 * @param clip the largest norm of the gradient
 * @throws Error for a layer that can't be had, or sizes that don't fit
 */
export function compile(
  architecture: Architecture,
  shape: BatchShape,
  {
    variables,
    slots,
    from,
    clip,
  }: {
    readonly variables: Variables;
    readonly slots: Slots;
    readonly from: number;
    readonly clip: number;
  },
): BatchTape {
  const { purpose, own } = shape;
  const memory = new Layout(from);
  const groups = groupsOf(shape).map((group) => layOutGroup(memory, architecture, variables, shape, group));
  const group = groups[own];
  if (group === undefined)
    throw new Error(`there are ${groups.length} groups of shards; ${own} is none of them.`);
  const contributions = purpose === 'outputs' ? [] : groups.map(({ contribution }) => contribution);
  const inputs = group.shards.map((shard) => layOutInputs(memory, architecture, shape, shard));
  const keys = keysIn(memory);

  const teach = new Tape();
  let end = memory.bytes;
  let output: Block | undefined;
  /** Shards of one size differ in their places only: one is made, the others follow it. */
  const made = new Map<number, { readonly tape: Tape; readonly places: readonly Span[] }>();
  for (const [k, given] of inputs.entries()) {
    const results = purpose === 'outputs' ? undefined : group.shards[k]?.results;
    // Where its row is not the model's own, a gradient that nobody writes has to be zero all the same.
    if (results?.dense !== undefined && shape.sizes.length > 1) teach.fill(results.dense, 0);
    const places = placesOf(given, results);
    const alike = made.get(given.size);
    if (alike !== undefined) {
      const moves = alike.places.map(({ offset, bytes }, place) => ({
        ...{ from: offset, bytes, to: places[place]?.offset ?? offset },
      }));
      teach.append(alike.tape.relocated(moves));
      continue;
    }
    const put = putShard(architecture, shape, given, results, {
      variables,
      from: memory.bytes,
      key: keys.of,
    });
    made.set(given.size, { tape: put.tape, places });
    teach.append(put.tape);
    end = Math.max(end, put.end);
    output ??= put.output;
  }
  if (output === undefined) throw new Error('a tape has to learn one shard at least.');
  addUp(
    teach,
    group.shards.map(({ results }) => results.dense),
    group.contribution.dense,
  );

  const sections: Record<Section, Tape> = {
    teach,
    combine: new Tape(),
    move: new Tape(),
    clear: new Tape(),
  };
  addUp(
    sections.combine,
    contributions.map(({ dense }) => dense),
    denseOf(variables),
  );
  addRows(sections, contributions, architecture, variables);
  if (purpose === 'learn') move(sections.move, variables, slots, clip);
  const whole = new Tape();
  for (const section of SECTIONS) whole.append(sections[section]);
  return {
    words: whole.words(),
    instructions: {
      teach: teach.instructions,
      combine: sections.combine.instructions,
      move: sections.move.instructions,
      clear: sections.clear.instructions,
    },
    end,
    inputs,
    own,
    contributions,
    keys: keys.places,
    output,
    steps: outputSteps(architecture)(shape.tokens),
  };
}

interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/** All places of a shard that are another shard's elsewhere, in one order. */
function placesOf(inputs: ShardInputs, results: ShardResults | undefined): readonly Span[] {
  const { ids, vectors, mask, labels, weights, first } = inputs;
  const blocks = [
    vectors,
    mask,
    labels,
    weights,
    results?.dense,
    results?.rows,
    results?.loss,
    results?.right,
  ];
  return [
    ...blocks.flatMap((block) =>
      block === undefined ? [] : [{ offset: block.offset, bytes: FLOAT_BYTES * block.rows * block.columns }],
    ),
    ...[ids, first].flatMap((words) =>
      words === undefined ? [] : [{ offset: words.offset, bytes: 4 * words.count }],
    ),
  ];
}

/** Places for dropouts' keys, made when they are asked for; shards share them. */
function keysIn(memory: Scope) {
  const places = new Map<number, Ids>();
  // One block for all, so that shards' memory can begin before anybody has asked.
  const room = memory.ids('keys of dropouts', MOST_KEYS);
  const of = (place: number): Ids => {
    const known = places.get(place);
    if (known !== undefined) return known;
    if (places.size === MOST_KEYS) throw new Error(`more than ${MOST_KEYS} layers drop; leave some out.`);
    const key = { name: `the key of dropout ${place}`, offset: room.offset + 4 * places.size, count: 1 };
    places.set(place, key);
    return key;
  };
  return { places, of };
}

const MOST_KEYS = 256;

/** The groups' shards: the first example of each, and how many. */
function groupsOf({ sizes, groups }: BatchShape): readonly (readonly { from: number; size: number }[])[] {
  let from = 0;
  const shards = sizes.map((size) => {
    from += size;
    return { from: from - size, size };
  });
  const each = sizes.length / groups;
  return Array.from({ length: groups }, (_, group) => shards.slice(group * each, (group + 1) * each));
}

/** Places for a group's contribution, and in it, for its shards' results and word ids. */
function layOutGroup(
  memory: Scope,
  architecture: Architecture,
  variables: Variables,
  { purpose, tokens, groups }: BatchShape,
  shards: readonly { readonly from: number; readonly size: number }[],
) {
  const words = embeddingOf(architecture);
  const examples = shards.reduce((sum, { size }) => sum + size, 0);
  const learns = purpose !== 'outputs';
  const total = learns ? denseOf(variables) : undefined;
  const row = (name: string) => total && memory.block(name, 1, total.columns);
  const ids = words && memory.ids('word ids', tokens * examples);
  const rows =
    learns && words?.trained ? memory.block('dL/d(word vectors)', tokens * examples, words.size) : undefined;
  const sums = memory.block('losses and right answers', shards.length, 2);
  const first = shards[0]?.from ?? 0;
  const contribution: Contribution = {
    ...{ from: first, sizes: shards.map(({ size }) => size), ids, rows, sums },
    // What is alone has the model's own gradient in its place.
    dense: groups === 1 ? total : row('a group’s gradients'),
  };
  const own = shards.map(({ from, size }, k) => {
    const [at, count] = [tokens * (from - first), tokens * size];
    const results: ShardResults = {
      dense: shards.length === 1 ? contribution.dense : row('a shard’s gradients'),
      rows: rows && rowsOf(rows, at, count),
      loss: columnsOf(rowsOf(sums, k, 1), 0, 1),
      right: columnsOf(rowsOf(sums, k, 1), 1, 1),
    };
    return { from, size, ids: ids && { ...ids, offset: ids.offset + 4 * at, count }, results };
  });
  return { contribution, shards: own };
}

/** Where the sum of all dense gradients belongs: the part of the trained variables' row after the embedding's. */
function denseOf({ trained }: Variables): Block | undefined {
  if (trained === undefined || trained.gradient.columns === trained.denseFrom) return undefined;
  return columnsOf(trained.gradient, trained.denseFrom, trained.gradient.columns - trained.denseFrom);
}

/** The rows' sum, as a tree: (0 + 1) + (2 + 3). The rows are used up. */
function addUp(tape: Tape, rows: readonly (Block | undefined)[], total: Block | undefined): void {
  let left = rows.filter((row) => row !== undefined);
  if (total === undefined) return;
  while (left.length > 1) {
    const isLast = left.length === 2;
    left = left.flatMap((row, k) => {
      const next = left[k + 1];
      if (k % 2 === 1 || next === undefined) return [];
      const sum = isLast ? total : row;
      tape.zip('add', sum, row, next);
      return [sum];
    });
  }
}

/** The embedding's gradient: rows of all shards added to a table of zeros, which is cleared where they were. */
function addRows(
  { combine, clear }: Record<Section, Tape>,
  contributions: readonly Contribution[],
  architecture: Architecture,
  variables: Variables,
): void {
  const words = embeddingOf(architecture);
  if (words?.trained !== true || contributions.length === 0) return;
  const table = variables.block('gradient', `${words.name}.table`);
  for (const { rows, ids } of contributions) {
    if (rows === undefined || ids === undefined) continue;
    combine.scatterAdd(table, rows, ids);
    clear.clearRows(table, ids);
  }
  // Padding isn't trained, whatever came back to it through layers that know no mask.
  if (words.masked) combine.fill(rowsOf(table, 0, 1), 0);
}

/** One step of Adam on everything that is trained. */
function move(tape: Tape, { trained }: Variables, { squares, scale, schedule }: Slots, clip: number): void {
  if (trained === undefined) return;
  const { parameter, gradient, first, second } = trained;
  tape.sumSquares(squares, gradient);
  tape.clip(scale, squares, clip);
  tape.adam({ parameter, first, second, gradient, scale, schedule, ...ADAM });
}
