import type { Architecture, Value } from '../architecture.ts';
import { keyOf } from '../chance.ts';
import { checkModel, checkSchedule } from '../checks/model.ts';
import { checkState } from '../checks/state.ts';
import type { Limits, Schedule, Snapshot, Weights } from '../learner.ts';
import { corrections } from '../optimiser.ts';
import type { ShardViews } from './batch.ts';
import { type BatchTape, compile, SECTIONS, type Section } from './batch-tape.ts';
import type { Block, Ids } from './block.ts';
import { layOutSlots, type Slots } from './combine.ts';
import type { BatchShape } from './groups.ts';
import { Kernel, type KernelCode } from './kernel.ts';
import { Layout } from './layout.ts';
import { INSTRUCTION_WORDS } from './opcodes.ts';
import { embeddingOf, outputSteps, type Purpose } from './shard-tape.ts';
import { ALONE, type Crew, groupCount, shardSizes } from './sharing.ts';
import { readGradients, readState, writeState } from './state.ts';
import { layOutVariables, type Variables } from './variables.ts';

/** Tapes are kept on the host's heap, the one that runs lies in the kernel's memory too. */
const MOST_KEPT_BYTES = 2 ** 25;
/** In a crew. */
const MOST_WORKERS = 8;
const PURPOSES: readonly Purpose[] = ['learn', 'lesson', 'outputs'];

/** A contribution's places as views; see `Contribution`. */
export interface ContributionViews {
  readonly from: number;
  readonly sizes: readonly number[];
  /** Whether this replica made it; others are written before `combine`. */
  readonly isOwn: boolean;
  readonly dense: Float32Array | undefined;
  readonly rows: Float32Array | undefined;
  readonly ids: Int32Array | undefined;
  readonly sums: Float32Array;
}

/** A tape that is ready to run: its places in the kernel's memory as views. */
export interface Ready {
  readonly tape: BatchTape;
  readonly inputs: readonly ShardViews[];
  readonly contributions: readonly ContributionViews[];
  readonly keys: readonly { readonly place: number; readonly key: Int32Array }[];
  /** The sections' first instructions. */
  readonly starts: Readonly<Record<Section, number>>;
}

/** A model in plan: where its variables lie, and the longest tape. Nothing is allocated. */
interface Drawing {
  readonly last: Value;
  readonly variables: Variables;
  readonly slots: Slots;
  /** Where the memory of the batches begins. */
  readonly from: number;
}

function draw(architecture: Architecture, limits: Limits): Drawing {
  const last = checkModel(architecture, limits);
  const layout = new Layout();
  const variables = layOutVariables(layout, architecture);
  const slots = layOutSlots(layout);
  return { last, variables, slots, from: layout.bytes };
}

/** The tape that takes most: the largest batch, padded, dropping and learning. */
function longestTape(
  architecture: Architecture,
  limits: Limits,
  drawing: Drawing,
  clip: number,
  crew: Crew,
): BatchTape {
  const shape = learning(limits.size, limits.tokens, embeddingOf(architecture)?.masked ?? false, crew);
  return compile(architecture, shape, { ...drawing, clip });
}

function learning(size: number, tokens: number, masked: boolean, crew: Crew): BatchShape {
  const sizes = shardSizes(size);
  const groups = groupCount(crew, sizes.length);
  return { purpose: 'learn', sizes, groups, own: groups === 1 ? 0 : crew.own, tokens, masked };
}

/**
 * How many bytes a model's kernel will take.
 * @throws Error for an impossible size, and for what this engine doesn't have
 */
export function forecast(architecture: Architecture, limits: Limits, crew = ALONE): number {
  const { end, words } = longestTape(architecture, limits, draw(architecture, limits), 1, crew);
  return end + words.byteLength;
}

/** One copy of a model in a kernel of its own: its weights, its moments, its tapes. */
export class Replica {
  readonly architecture: Architecture;
  readonly schedule: Schedule;
  readonly limits: Limits;
  readonly last: Value;
  /** Steps of the last layer's output, from those of the input. */
  readonly outputSteps: (tokens: number) => number;
  /** Batches learnt. */
  step = 0;
  readonly #drawing: Drawing;
  readonly #kernel: Kernel;
  #end: number;
  #tapeBytes: number;
  readonly #tapes = new Map<number, Ready>();
  #keptBytes = 0;
  #loaded: Ready | undefined;
  #latest: { readonly key: number; readonly ready: Ready } | undefined;
  #slots: Readonly<Record<keyof Slots, Float32Array>>;

  /** @throws Error for what can't be built, before any memory is taken; and where the browser refuses the memory */
  constructor(
    code: KernelCode,
    architecture: Architecture,
    schedule: Schedule,
    limits: Limits,
    crew = ALONE,
  ) {
    checkSchedule(schedule);
    this.architecture = architecture;
    this.schedule = schedule;
    this.limits = limits;
    this.#drawing = draw(architecture, limits);
    this.last = this.#drawing.last;
    this.outputSteps = outputSteps(architecture);
    const tape = longestTape(architecture, limits, this.#drawing, schedule.clip, crew);
    this.#end = tape.end;
    this.#tapeBytes = tape.words.byteLength;
    this.#kernel = new Kernel(code, { bytes: this.#end + this.#tapeBytes, initial: [] });
    this.#slots = this.#slotViews();
    const masked = embeddingOf(architecture)?.masked ?? false;
    this.#keep(this.#keyOf('learn', limits.size, limits.tokens, masked, crew), this.#ready(tape));
  }

  get bytes(): number {
    return this.#kernel.bytes;
  }

  get variables(): Variables {
    return this.#drawing.variables;
  }

  /** The gradient's norm before clipping. */
  get norm(): number {
    return Math.sqrt(this.#slots.squares[0] ?? Number.NaN);
  }

  /** A block's numbers in the kernel's memory. They are good until another shape of batch is met. */
  floats(block: Block): Float32Array<ArrayBuffer> {
    return this.#kernel.floats(block);
  }

  /** Tape and places for a batch of so many examples, compiled where it hasn't been met before. */
  prepare(purpose: Purpose, size: number, tokens: number, masked: boolean, crew = ALONE): Ready {
    const key = this.#keyOf(purpose, size, tokens, masked, crew);
    if (this.#latest?.key === key) return this.#latest.ready;
    const kept = this.#tapes.get(key);
    if (kept !== undefined) {
      // What was used last stands last.
      this.#tapes.delete(key);
      this.#tapes.set(key, kept);
      this.#latest = { key, ready: kept };
      return kept;
    }
    const shape: BatchShape =
      purpose === 'outputs'
        ? { purpose, sizes: [size], groups: 1, own: 0, tokens, masked }
        : { ...learning(size, tokens, masked, crew), purpose };
    const { clip } = this.schedule;
    const tape = compile(this.architecture, shape, { ...this.#drawing, clip });
    this.#makeRoom(tape);
    return this.#keep(key, this.#ready(tape));
  }

  /** Runs some of a tape's sections, from one to another. Nothing is allocated. */
  run(ready: Ready, from: Section = 'teach', to: Section = 'clear'): void {
    const { words } = ready.tape;
    if (this.#loaded !== ready) {
      this.#kernel.integers({ name: 'the tape', offset: this.#end, count: words.length }).set(words);
      this.#loaded = ready;
    }
    const begin = ready.starts[from];
    const instructions = ready.starts[to] + ready.tape.instructions[to] - begin;
    if (instructions > 0)
      this.#kernel.run({
        name: 'the batch’s tape',
        offset: this.#end + 4 * INSTRUCTION_WORDS * begin,
        instructions,
      });
  }

  /** Writes what the next batch's dropout and Adam follow from. */
  announce(ready: Ready): void {
    for (const { place, key } of ready.keys) key[0] = keyOf(this.schedule.seed, place, this.step);
    const { schedule } = this.#slots;
    const t = this.step + 1;
    const { rate, second } = corrections(this.schedule.rate, t);
    schedule[0] = rate;
    schedule[1] = second;
  }

  /** @throws Error naming what of a state is missing, of the wrong size or not finite */
  check(snapshot: Snapshot): void {
    checkState(this.variables.descriptions, snapshot);
  }

  /** Puts a state in place. @throws Error as `check` does; nothing is changed then */
  restore(snapshot: Snapshot): void {
    this.check(snapshot);
    writeState(this.variables, this.#floats, snapshot);
    this.step = snapshot.step;
  }

  /** Copies of all that the model holds. */
  snapshot(): Required<Snapshot> {
    return { step: this.step, ...readState(this.variables, this.#floats) };
  }

  /** Copies of the trained variables' gradients. */
  gradients(): Weights {
    return readGradients(this.variables, this.#floats);
  }

  readonly #floats = (block: Block): Float32Array<ArrayBuffer> => this.floats(block);

  #keyOf(purpose: Purpose, size: number, tokens: number, masked: boolean, { of }: Crew): number {
    const shape = size * (this.limits.tokens + 1) + tokens;
    return (
      ((shape * PURPOSES.length + PURPOSES.indexOf(purpose)) * 2 + Number(masked)) * MOST_WORKERS + of - 1
    );
  }

  #ready(tape: BatchTape): Ready {
    const floats = (block: Block) => this.#kernel.floats(block);
    const some = (block: Block | undefined) => block && floats(block);
    const integers = (ids: Ids) => this.#kernel.integers(ids);
    const inputs = tape.inputs.map(
      ({ from, size, ids, vectors, mask, labels, weights, first }): ShardViews => ({
        ...{ from, size, ids: ids && integers(ids), vectors: some(vectors), mask: some(mask) },
        ...{ labels: some(labels), weights: some(weights), first: integers(first) },
      }),
    );
    const contributions = tape.contributions.map(
      ({ from, sizes, dense, rows, ids, sums }, group): ContributionViews => ({
        ...{ from, sizes, isOwn: group === tape.own, sums: floats(sums) },
        ...{ dense: some(dense), rows: some(rows), ids: ids && integers(ids) },
      }),
    );
    let at = 0;
    const starts = {} as Record<Section, number>;
    for (const section of SECTIONS) {
      starts[section] = at;
      at += tape.instructions[section];
    }
    const keys = [...tape.keys].map(([place, key]) => ({ place, key: integers(key) }));
    return { tape, inputs, contributions, keys, starts };
  }

  /** Memory for a tape that takes more than the longest was thought to. Views of memory die with it. */
  #makeRoom({ end, words }: BatchTape): void {
    if (end <= this.#end && words.byteLength <= this.#tapeBytes) return;
    this.#end = Math.max(end, this.#end);
    this.#tapeBytes = Math.max(words.byteLength, this.#tapeBytes);
    this.#kernel.extend({ bytes: this.#end + this.#tapeBytes, initial: [] });
    this.#slots = this.#slotViews();
    this.#tapes.clear();
    this.#keptBytes = 0;
    this.#latest = undefined;
    this.#loaded = undefined;
  }

  #slotViews(): Readonly<Record<keyof Slots, Float32Array>> {
    const { squares, scale, schedule } = this.#drawing.slots;
    const floats = (block: Block) => this.#kernel.floats(block);
    return { squares: floats(squares), scale: floats(scale), schedule: floats(schedule) };
  }

  #keep(key: number, ready: Ready): Ready {
    this.#tapes.set(key, ready);
    this.#keptBytes += ready.tape.words.byteLength;
    for (const [oldest, { tape }] of this.#tapes) {
      if (this.#keptBytes <= MOST_KEPT_BYTES || oldest === key) break;
      this.#tapes.delete(oldest);
      this.#keptBytes -= tape.words.byteLength;
    }
    this.#latest = { key, ready };
    return ready;
  }
}
