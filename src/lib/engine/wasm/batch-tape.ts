/** A whole model's batch as one tape: its shards one after another, their sum, clipping and Adam. */
import type { Architecture } from '../architecture.ts';
import { type Block, FLOAT_BYTES, type Ids } from './block.ts';
import { addRows, addUp, move, type Slots } from './combine.ts';
import { type BatchShape, type Contribution, denseOf, groupsOf, layOutGroup } from './groups.ts';
import { Layout } from './layout.ts';
import type { Scope } from './part.ts';
import { layOutInputs, outputSteps, putShard, type ShardInputs, type ShardResults } from './shard-tape.ts';
import { Tape } from './tape.ts';
import type { Variables } from './variables.ts';

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
