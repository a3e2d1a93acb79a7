/** A whole model's batch as one tape: its shards one after another, their sum, clipping and Adam. */
import type { Architecture } from '../architecture.ts';
import { type Block, FLOAT_BYTES, type Ids, rowsOf } from './block.ts';
import { Layout } from './layout.ts';
import type { Scope } from './part.ts';
import {
  type Contribution,
  embeddingOf,
  layOutInputs,
  outputSteps,
  putShard,
  type ShardInputs,
  type ShardShape,
} from './shard-tape.ts';
import { Tape } from './tape.ts';
import type { Variables } from './variables.ts';

/** What a tape is made for. */
export interface BatchShape extends ShardShape {
  /** Examples of each shard, in the batch's order. */
  readonly sizes: readonly number[];
  /** Which of the shards this tape learns; others' contributions are put into its places before it combines them. */
  readonly own: readonly number[];
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
  /** Which shards it learns, and what goes into each of them. */
  readonly own: readonly number[];
  readonly inputs: readonly ShardInputs[];
  /** Of all shards. */
  readonly contributions: readonly Contribution[];
  /** The keys of the layers that drop, by the place that `keyOf` asks for. */
  readonly keys: ReadonlyMap<number, Ids>;
  /** Of the last shard that it learns: of the whole batch where there is but one. */
  readonly output: Block;
  /** Steps of the output; 1 where it is one vector an example. */
  readonly steps: number;
}

/**
 * Adam as in Kingma and Ba's algorithm 1, epsilon outside the corrected root, as in PyTorch. Dense, on word vectors too:
 * a word that isn't in the batch still moves by its moments.
 */
export const ADAM = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8 } as const;

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
  const { purpose, sizes, own } = shape;
  const memory = new Layout(from);
  const starts = sizes.map((_, shard) => sizes.slice(0, shard).reduce((sum, size) => sum + size, 0));
  const inputs = own.map((shard) =>
    layOutInputs(memory, architecture, shape, starts[shard] ?? 0, sizes[shard] ?? 0),
  );
  const contributions =
    purpose === 'outputs'
      ? []
      : sizes.map((size, shard) => {
          const ids = inputs[own.indexOf(shard)]?.ids;
          return layOutContribution(memory, architecture, variables, shape, size, ids);
        });
  const keys = keysIn(memory);

  const teach = new Tape();
  let end = memory.bytes;
  let output: Block | undefined;
  for (const [k, shard] of own.entries()) {
    const given = inputs[k];
    if (given === undefined) continue;
    const contribution = contributions[shard];
    // Where its row is not the model's own, a gradient that nobody writes has to be zero all the same.
    if (contribution?.dense !== undefined && sizes.length > 1) teach.fill(contribution.dense, 0);
    const put = putShard(architecture, shape, given, contribution, {
      variables,
      from: memory.bytes,
      key: keys.of,
    });
    teach.append(put.tape);
    end = Math.max(end, put.end);
    output = put.output;
  }
  if (output === undefined) throw new Error('a tape has to learn one shard at least.');

  const sections: Record<Section, Tape> = {
    teach,
    combine: new Tape(),
    move: new Tape(),
    clear: new Tape(),
  };
  addDense(sections.combine, contributions, variables);
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
    own,
    inputs,
    contributions,
    keys: keys.places,
    output,
    steps: outputSteps(architecture, shape.tokens),
  };
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

/** Places for a shard's contribution. One that is alone has the model's own gradient for its dense one. */
function layOutContribution(
  memory: Scope,
  architecture: Architecture,
  { trained }: Variables,
  { tokens, sizes }: BatchShape,
  size: number,
  ids: Ids | undefined,
): Contribution {
  const words = embeddingOf(architecture);
  const isTrained = words?.trained === true;
  const dense = trained && denseOf(trained.gradient, trained.denseFrom);
  return {
    size,
    dense: dense && sizes.length > 1 ? memory.block('a shard’s gradients', 1, dense.columns) : dense,
    rows: isTrained ? memory.block('dL/d(word vectors)', tokens * size, words.size) : undefined,
    ids: isTrained ? (ids ?? memory.ids('word ids of another worker', tokens * size)) : undefined,
    loss: memory.slot('loss'),
    right: memory.slot('right'),
  };
}

/** The part of a row from one number on, if any. */
function denseOf(row: Block, from: number): Block | undefined {
  const columns = row.columns - from;
  if (columns === 0) return undefined;
  return { ...row, offset: row.offset + FLOAT_BYTES * from, columns, rowStride: columns };
}

/** The sum of the shards' dense gradients, always in their order, so that all workers get the same to the last bit. */
function addDense(tape: Tape, contributions: readonly Contribution[], { trained }: Variables): void {
  const total = trained && denseOf(trained.gradient, trained.denseFrom);
  const [first, ...others] = contributions;
  if (total === undefined || others.length === 0) return;
  let sum = first?.dense;
  for (const { dense } of others) {
    if (sum === undefined || dense === undefined) return;
    tape.zip('add', total, sum, dense);
    sum = total;
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
