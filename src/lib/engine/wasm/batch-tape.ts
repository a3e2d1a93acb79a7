/** A whole model's batch as one tape: forward, loss, backward, clipping, Adam. */
import { type Architecture, type EmbeddingLayer, type Loss, valuesOf } from '../architecture.ts';
import { type Block, FLOAT_BYTES, type Ids, rowsOf } from './block.ts';
import { Layout } from './layout.ts';
import type { NameOf } from './opcodes.ts';
import type { Part, Place } from './part.ts';
import { putLayer } from './parts.ts';
import { Tape } from './tape.ts';
import type { Variables } from './variables.ts';

/** `learn` drops and moves the weights, `lesson` only gives loss and gradients, `outputs` stops at the last layer. */
export type Purpose = 'learn' | 'lesson' | 'outputs';

/** What a tape is made for. */
export interface BatchShape {
  readonly purpose: Purpose;
  /** Examples, one entry a shard: one where one worker does all of it. */
  readonly sizes: readonly number[];
  /** Which of the shards this tape learns. */
  readonly own: number;
  readonly tokens: number;
  /** Whether some steps are padding. */
  readonly masked: boolean;
}

/** One number each, at the same place in all of a model's tapes. */
export interface Slots {
  /** The batch's mean loss, its right answers, its gradient's sum of squares, what that is to be multiplied by. */
  readonly loss: Block;
  readonly right: Block;
  readonly squares: Block;
  readonly scale: Block;
  /** [1, 2]; see `Tape.adam`. */
  readonly schedule: Block;
}

export function layOutSlots(layout: Layout): Slots {
  return {
    loss: layout.slot('loss'),
    right: layout.slot('right'),
    squares: layout.slot('squares'),
    scale: layout.slot('scale'),
    schedule: layout.block('schedule', 1, 2),
  };
}

/** One shard's gradients as they travel: the dense ones as one row, the embedding's by the batch's rows. */
export interface Contribution {
  readonly dense: Block | undefined;
  /** dL/d(word vectors), [tokens · size, size of a vector], time-major, and the ids of those rows. */
  readonly rows: Block | undefined;
  readonly ids: Ids | undefined;
}

/** The parts of a tape that may run on their own, in the order in which they stand. */
export const SECTIONS = ['teach', 'combine', 'move', 'clear'] as const;
export type Section = (typeof SECTIONS)[number];

/** A tape, and the places that are filled before it runs and read afterwards. */
export interface BatchTape {
  readonly words: Int32Array;
  /** Instructions of each section: `teach` up to the gradients, `combine` over shards, `move` the weights, `clear`. */
  readonly instructions: Readonly<Record<Section, number>>;
  /** Where the memory that it works in ends. */
  readonly end: number;
  readonly ids: Ids | undefined;
  readonly vectors: Block | undefined;
  readonly mask: Block | undefined;
  /** [answers, 1 or outputs] and [answers, 1]: what each answer's loss counts. */
  readonly labels: Block | undefined;
  readonly weights: Block | undefined;
  /** The keys of the layers that drop, by the place that `keyOf` asks for. */
  readonly keys: readonly { readonly place: number; readonly key: Ids }[];
  readonly first: Ids;
  readonly output: Block;
  /** Steps of the output; 1 where it is one vector an example. */
  readonly steps: number;
  /** By shard, this one's too. */
  readonly contributions: readonly Contribution[];
}

const LOSSES: Readonly<Record<Loss, NameOf<'loss'>>> = {
  verdict: 'crossEntropy',
  classes: 'softmaxCrossEntropy',
  numbers: 'squaredError',
};

/**
 * Adam as in Kingma and Ba's algorithm 1, epsilon outside the corrected root, as in PyTorch. Dense, on word vectors too:
 * a word that isn't in the batch still moves by its moments.
 */
export const ADAM = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8 } as const;

/**
 * Compiles a model for one shape of batch. Nothing runs.
 *
 * @param from where the memory for what stands between the layers begins; tapes of all shapes share it
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
  const { purpose, sizes, own, tokens, masked } = shape;
  const batch = sizes[own];
  if (batch === undefined) throw new Error(`there are ${sizes.length} shards; ${own} is none of them.`);
  const memory = new Layout(from);
  const learns = purpose !== 'outputs';
  const values = valuesOf(architecture);
  const [embedding] = architecture.layers;
  const words = embedding?.kind === 'embedding' ? embedding : undefined;
  const isPadded = masked && words?.masked === true;
  const mask = isPadded ? memory.block('mask', tokens * batch, 1) : undefined;

  // The source: word vectors looked up, or vectors as they are.
  const ids = words && memory.ids('word ids', tokens * batch);
  const source = memory.block('input', tokens * batch, words?.size ?? Number(architecture.input));
  const sourceGradient =
    learns && words?.trained === true ? memory.block('dinput', source.rows, source.columns) : undefined;

  const first = memory.ids("the first example's number", 1);
  const keys: { place: number; key: Ids }[] = [];
  const parts: { readonly part: Part; readonly gradient: Block | undefined }[] = [];
  let value = { output: source, steps: tokens };
  let gradient = sourceGradient;
  let isTrained = sourceGradient !== undefined;
  for (const [place, layer] of architecture.layers.entries()) {
    if (layer === words) continue;
    const chance = (which: number) => {
      const key = memory.ids('key', 1);
      keys.push({ place: place + which, key });
      return { key, first };
    };
    const named = (names: readonly string[]) => names.map((name) => `${layer.name}.${name}`);
    const given: Place = {
      memory,
      batch,
      learns,
      steps: value.steps,
      input: value.output,
      mask: values[place]?.masked === true ? mask : undefined,
      inputGradient: gradient,
      weights: (...names) => variables.together('parameter', named(names)),
      gradients: (...names) => variables.together('gradient', named(names)),
    };
    const part = putLayer(layer, { ...given, chance: purpose === 'learn' ? chance : undefined });
    if (part === undefined) continue;
    isTrained ||= variables.descriptions.some(
      (variable) => variable.trained && variable.name.startsWith(`${layer.name}.`),
    );
    value = part;
    gradient = learns && isTrained ? memory.block('dL', part.output.rows, part.output.columns) : undefined;
    parts.push({ part, gradient });
  }

  const { output, steps } = value;
  const labels = learns
    ? memory.block('labels', output.rows, architecture.loss === 'numbers' ? output.columns : 1)
    : undefined;
  const weights = learns ? memory.block('weights of the answers', output.rows, 1) : undefined;
  const outputGradient = gradient ?? (learns ? memory.block('dL', output.rows, output.columns) : undefined);

  const teach = new Tape();
  if (ids !== undefined && words !== undefined)
    teach.gather(source, variables.block('parameter', `${words.name}.table`), ids);
  for (const { part } of parts) part.forward(teach);
  if (outputGradient !== undefined && labels !== undefined && weights !== undefined) {
    const { loss, right } = slots;
    teach.fill(loss, 0);
    teach.fill(right, 0);
    teach.loss(LOSSES[architecture.loss], {
      out: outputGradient,
      given: output,
      labels,
      weights,
      loss,
      right,
    });
    for (const { part, gradient } of parts.toReversed())
      if (gradient !== undefined) part.backward(teach, gradient);
  }

  const { trained } = variables;
  const dense = trained && trained.parameter.columns - trained.denseFrom;
  const contributionOf = (size: number, shard: number): Contribution =>
    shard === own
      ? {
          dense: trained && dense ? denseOf(trained.gradient, trained.denseFrom) : undefined,
          rows: sourceGradient,
          ids: sourceGradient && ids,
        }
      : {
          dense: dense ? memory.block(`gradients of shard ${shard}`, 1, dense) : undefined,
          rows: sourceGradient && memory.block(`dinput of shard ${shard}`, tokens * size, source.columns),
          ids: sourceGradient && memory.ids(`word ids of shard ${shard}`, tokens * size),
        };
  const contributions = learns ? sizes.map(contributionOf) : [];

  const sections: Record<Section, Tape> = {
    teach,
    combine: new Tape(),
    move: new Tape(),
    clear: new Tape(),
  };
  addDense(sections.combine, contributions, own);
  if (words !== undefined && sourceGradient !== undefined)
    addRows(sections, contributions, words, isPadded, variables);
  if (purpose === 'learn' && trained !== undefined) {
    const { parameter, gradient: all, first: mean, second } = trained;
    const { squares, scale, schedule } = slots;
    sections.move.sumSquares(squares, all);
    sections.move.clip(scale, squares, clip);
    sections.move.adam({ parameter, first: mean, second, gradient: all, scale, schedule, ...ADAM });
  }

  // Constants are written by the tape itself, because other tapes use their places.
  const constants = new Tape();
  for (const {
    offset,
    words: [bits = 0],
  } of memory.initial) {
    const block = { name: 'a constant', offset, rows: 1, columns: 1, rowStride: 1, columnStride: 1 };
    constants.fill(block, new Float32Array(Int32Array.of(bits).buffer)[0] ?? 0);
  }
  const tapes = [constants, ...SECTIONS.map((section) => sections[section])].map((tape) => tape.words());
  const encoded = new Int32Array(tapes.reduce((sum, tape) => sum + tape.length, 0));
  let at = 0;
  for (const tape of tapes) {
    encoded.set(tape, at);
    at += tape.length;
  }
  return {
    words: encoded,
    instructions: {
      teach: constants.instructions + teach.instructions,
      combine: sections.combine.instructions,
      move: sections.move.instructions,
      clear: sections.clear.instructions,
    },
    end: memory.bytes,
    ids,
    vectors: words === undefined ? source : undefined,
    mask,
    labels,
    weights,
    keys,
    first,
    output,
    steps,
    contributions,
  };
}

/** The part of a row from one number on. */
function denseOf(row: Block, from: number): Block {
  const columns = row.columns - from;
  return { ...row, offset: row.offset + FLOAT_BYTES * from, columns, rowStride: columns };
}

/**
 * The sum of all shards' dense gradients, in this shard's own: always ((g₀ + g₁) + g₂) + g₃, so that every shard gets
 * the same numbers to the last bit.
 */
function addDense(tape: Tape, contributions: readonly Contribution[], own: number): void {
  const target = contributions[own]?.dense;
  const [start] = contributions;
  if (target === undefined || start?.dense === undefined) return;
  let sum = start.dense;
  for (const [shard, { dense }] of contributions.entries()) {
    if (shard === 0 || dense === undefined) continue;
    // Before its own turn the sum grows in the first one's place; from then on in its own.
    const out = shard < own ? sum : target;
    tape.zip('add', out, sum, dense);
    sum = out;
  }
}

/** The embedding's gradient: rows of all shards added to a table of zeros, which is cleared where they were. */
function addRows(
  sections: Record<Section, Tape>,
  contributions: readonly Contribution[],
  { name, masked }: EmbeddingLayer,
  isPadded: boolean,
  variables: Variables,
): void {
  const table = variables.block('gradient', `${name}.table`);
  for (const { rows, ids } of contributions) {
    if (rows === undefined || ids === undefined) continue;
    sections.combine.scatterAdd(table, rows, ids);
    sections.clear.clearRows(table, ids);
  }
  // Padding isn't trained, whatever came back to it through layers that know no mask.
  if (masked && isPadded) sections.combine.fill(rowsOf(table, 0, 1), 0);
}
