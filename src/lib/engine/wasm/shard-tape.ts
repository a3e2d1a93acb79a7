/** One shard of a batch on a tape: words looked up, layer after layer, the loss, and all the way back. */
import { type Architecture, type EmbeddingLayer, type Loss, valuesOf } from '../architecture.ts';
import { type Block, FLOAT_BYTES, type Ids } from './block.ts';
import { Layout } from './layout.ts';
import type { NameOf } from './opcodes.ts';
import type { Part, Scope } from './part.ts';
import { putLayer } from './parts.ts';
import { Tape } from './tape.ts';
import type { Variables } from './variables.ts';

/** `learn` drops and moves the weights, `lesson` only gives loss and gradients, `outputs` stops at the last layer. */
export type Purpose = 'learn' | 'lesson' | 'outputs';

/** Places that are filled before a shard runs. */
export interface ShardInputs {
  /** The first example's number in the batch, and how many there are. */
  readonly from: number;
  readonly size: number;
  readonly ids: Ids | undefined;
  readonly vectors: Block | undefined;
  readonly mask: Block | undefined;
  /** [answers, 1 or outputs], and [answers, 1]: what each answer's loss counts. */
  readonly labels: Block | undefined;
  readonly weights: Block | undefined;
  /** One word: `from` again. */
  readonly first: Ids;
}

/** Where a shard's loss and gradients go. */
export interface ShardResults {
  /** Gradients of all but the embedding, as one row. */
  readonly dense: Block | undefined;
  /** dL/d(word vectors), [tokens · size, size of a vector], time-major. */
  readonly rows: Block | undefined;
  /** [1, 1] each: its part of the batch's mean loss, and its right answers. */
  readonly loss: Block;
  readonly right: Block;
}

export interface ShardShape {
  readonly purpose: Purpose;
  readonly tokens: number;
  /** Whether some steps are padding. */
  readonly masked: boolean;
}

/** The first layer, where that looks words up. */
export function embeddingOf({ layers: [first] }: Architecture): EmbeddingLayer | undefined {
  return first?.kind === 'embedding' ? first : undefined;
}

/** How many steps the last layer's output has for an input of so many; 1 where it is one vector an example. */
export function outputSteps(architecture: Architecture): (tokens: number) => number {
  if (valuesOf(architecture).at(-1)?.sequence !== true) return () => 1;
  const lost = architecture.layers.reduce(
    (sum, layer) => sum + (layer.kind === 'convolution' && layer.padding === 'valid' ? layer.width - 1 : 0),
    0,
  );
  return (tokens) => tokens - lost;
}

const LOSSES: Readonly<Record<Loss, NameOf<'loss'>>> = {
  verdict: 'crossEntropy',
  classes: 'softmaxCrossEntropy',
  numbers: 'squaredError',
};

interface ShardTape {
  readonly tape: Tape;
  readonly output: Block;
  /** Where the memory that it works in ends. */
  readonly end: number;
}

/**
 * Puts one shard on a tape of its own.
 *
 * @param from where the memory between the layers begins; another shard may use it afterwards
 * @param key the place of a dropout's key, by the place that `keyOf` asks for
 */
export function putShard(
  architecture: Architecture,
  { purpose, tokens, masked }: ShardShape,
  inputs: ShardInputs,
  results: ShardResults | undefined,
  {
    variables,
    from,
    key,
  }: {
    readonly variables: Variables;
    readonly from: number;
    readonly key: (place: number) => Ids;
  },
): ShardTape {
  const memory = new Layout(from);
  const values = valuesOf(architecture);
  const words = embeddingOf(architecture);
  const { size: batch, ids, first } = inputs;
  const source =
    inputs.vectors ?? memory.block('word vectors', tokens * batch, words?.size ?? Number(architecture.input));
  const gradientOf = (names: readonly string[]): Block =>
    moved(variables, results?.dense, variables.together('gradient', names));

  const parts: { readonly part: Part; readonly gradient: Block | undefined }[] = [];
  let value = { output: source, steps: tokens };
  let gradient = results?.rows;
  let isTrained = gradient !== undefined;
  for (const [place, layer] of architecture.layers.entries()) {
    if (layer === words) continue;
    const named = (names: readonly string[]) => names.map((name) => `${layer.name}.${name}`);
    const part = putLayer(layer, {
      memory,
      batch,
      learns: results !== undefined,
      steps: value.steps,
      input: value.output,
      mask: masked && values[place]?.masked === true ? inputs.mask : undefined,
      inputGradient: gradient,
      weights: (...names) => variables.together('parameter', named(names)),
      gradients: (...names) => gradientOf(named(names)),
      chance: purpose === 'learn' ? (which) => ({ key: key(place + which), first }) : undefined,
    });
    if (part === undefined) continue;
    isTrained ||= variables.descriptions.some(
      (variable) => variable.trained && variable.name.startsWith(`${layer.name}.`),
    );
    value = part;
    gradient =
      results !== undefined && isTrained
        ? memory.block(`dL/d(output of ${layer.name})`, part.output.rows, part.output.columns)
        : undefined;
    parts.push({ part, gradient });
  }

  const tape = new Tape();
  if (ids !== undefined && words !== undefined)
    tape.gather(source, variables.block('parameter', `${words.name}.table`), ids);
  for (const { part } of parts) part.forward(tape);
  const { labels, weights } = inputs;
  const { output } = value;
  if (results !== undefined && labels !== undefined && weights !== undefined) {
    const { loss, right } = results;
    const out = gradient ?? memory.block('dL/d(output)', output.rows, output.columns);
    tape.fill(loss, 0);
    tape.fill(right, 0);
    tape.loss(LOSSES[architecture.loss], { out, given: output, labels, weights, loss, right });
    for (const { part, gradient } of parts.toReversed())
      if (gradient !== undefined) part.backward(tape, gradient);
  }
  return { tape: withConstants(memory, tape), output, end: memory.bytes };
}

/** A gradient in a shard's own row instead of in the model's. */
function moved({ trained }: Variables, dense: Block | undefined, block: Block): Block {
  if (trained === undefined || dense === undefined) throw new Error(`nobody asked for ${block.name}.`);
  const offset = dense.offset + block.offset - trained.gradient.offset - FLOAT_BYTES * trained.denseFrom;
  return { ...block, offset };
}

/** Constants are written by the tape itself: other tapes, and other shards, use their places too. */
function withConstants({ initial }: Layout, tape: Tape): Tape {
  const whole = new Tape();
  for (const { offset, words } of initial)
    whole.fill(
      { name: 'a constant', offset, rows: 1, columns: 1, rowStride: 1, columnStride: 1 },
      new Float32Array(words.buffer)[0] ?? 0,
    );
  whole.append(tape);
  return whole;
}

/**
 * Places for a shard's inputs.
 * @param ids where its word ids are, if it reads words
 */
export function layOutInputs(
  memory: Scope,
  architecture: Architecture,
  { purpose, tokens, masked }: ShardShape,
  { from, size, ids }: Pick<ShardInputs, 'from' | 'size' | 'ids'>,
): ShardInputs {
  const words = embeddingOf(architecture);
  const outputs = valuesOf(architecture).at(-1)?.size ?? 1;
  const answers = outputSteps(architecture)(tokens) * size;
  const learns = purpose !== 'outputs';
  const each = architecture.loss === 'numbers' ? outputs : 1;
  return {
    from,
    size,
    ids,
    vectors: words ? undefined : memory.block('vectors', tokens * size, Number(architecture.input)),
    mask: masked && words?.masked ? memory.block('mask', tokens * size, 1) : undefined,
    labels: learns ? memory.block('labels', answers, each) : undefined,
    weights: learns ? memory.block('weights of the answers', answers, 1) : undefined,
    first: memory.ids('the first example’s number', 1),
  };
}
