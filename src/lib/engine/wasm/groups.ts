/** Shards in groups, a group a worker: where what goes into them and what comes out of them lies. */
import type { Architecture } from '../architecture.ts';
import { type Block, columnsOf, type Ids, rowsOf } from './block.ts';
import type { Scope } from './part.ts';
import { embeddingOf, type ShardResults, type ShardShape } from './shard-tape.ts';
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

/** The groups' shards: the first example of each, and how many. */
export function groupsOf({
  sizes,
  groups,
}: BatchShape): readonly (readonly { from: number; size: number }[])[] {
  let from = 0;
  const shards = sizes.map((size) => {
    from += size;
    return { from: from - size, size };
  });
  const each = sizes.length / groups;
  return Array.from({ length: groups }, (_, group) => shards.slice(group * each, (group + 1) * each));
}

/** Places for a group's contribution, and in it, for its shards' results and word ids. */
export function layOutGroup(
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
export function denseOf({ trained }: Variables): Block | undefined {
  if (trained === undefined || trained.gradient.columns === trained.denseFrom) return undefined;
  return columnsOf(trained.gradient, trained.denseFrom, trained.gradient.columns - trained.denseFrom);
}
