import type { Architecture, Value } from '../architecture.ts';
import type { Limits, Moments, Schedule, Snapshot, Weights } from '../learner.ts';
import { type BatchViews, writeKeys } from './batch.ts';
import {
  ADAM,
  type BatchTape,
  compile,
  layOutSlots,
  type Purpose,
  SECTIONS,
  type Section,
  type Slots,
} from './batch-tape.ts';
import type { Block } from './block.ts';
import { checkModel, checkSchedule } from './check.ts';
import { Kernel, type KernelCode } from './kernel.ts';
import { Layout } from './layout.ts';
import { INSTRUCTION_WORDS } from './opcodes.ts';
import { countOf, layOutVariables, type Variables } from './variables.ts';

/** Tapes are kept on the host's heap, the one that runs lies in the kernel's memory too. */
const MOST_KEPT_BYTES = 2 ** 25;
const PURPOSES: readonly Purpose[] = ['learn', 'lesson', 'outputs'];

/** Which part of every batch a replica learns. */
export interface Shard {
  readonly own: number;
  readonly of: number;
}

export const WHOLE: Shard = { own: 0, of: 1 };

/** How many examples each shard takes; [all of them] where there are too few to share. */
export function sizesOf(size: number, { of }: Shard): readonly number[] {
  if (size < of) return [size];
  return Array.from(
    { length: of },
    (_, k) => Math.floor(((k + 1) * size) / of) - Math.floor((k * size) / of),
  );
}

/** A tape that is ready to run: its places in the kernel's memory as views. */
export interface Ready {
  readonly tape: BatchTape;
  readonly views: BatchViews;
  /** This replica's examples: so many from `from` on. */
  readonly from: number;
  readonly size: number;
  /** Whether its shards have to be put together. */
  readonly isShared: boolean;
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

const isMaskable = ({ layers: [embedding] }: Architecture): boolean =>
  embedding?.kind === 'embedding' && embedding.masked;

/** The tape that takes most: the largest batch, padded, dropping and learning. */
function longestTape(
  architecture: Architecture,
  limits: Limits,
  drawing: Drawing,
  shard: Shard,
  clip: number,
): BatchTape {
  const shape = {
    purpose: 'learn',
    sizes: sizesOf(limits.size, shard),
    own: limits.size < shard.of ? 0 : shard.own,
    tokens: limits.tokens,
    masked: isMaskable(architecture),
  } as const;
  return compile(architecture, shape, { ...drawing, clip });
}

/**
 * How many bytes a model's kernel will take.
 * @throws Error for an impossible size, and for what this engine doesn't have
 */
export function forecast(architecture: Architecture, limits: Limits, shard = WHOLE): number {
  const { end, words } = longestTape(architecture, limits, draw(architecture, limits), shard, 1);
  return end + words.byteLength;
}

/** One copy of a model in a kernel of its own: its weights, its moments, its tapes. */
export class Replica {
  readonly architecture: Architecture;
  readonly schedule: Schedule;
  readonly limits: Limits;
  readonly shard: Shard;
  readonly last: Value;
  /** Batches learnt. */
  step = 0;
  /** Batches learnt when Adam's moments were zero. */
  #adamFrom = 0;
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
    shard = WHOLE,
  ) {
    checkSchedule(schedule);
    this.architecture = architecture;
    this.schedule = schedule;
    this.limits = limits;
    this.shard = shard;
    this.#drawing = draw(architecture, limits);
    this.last = this.#drawing.last;
    const tape = longestTape(architecture, limits, this.#drawing, shard, schedule.clip);
    this.#end = tape.end;
    this.#tapeBytes = tape.words.byteLength;
    this.#kernel = new Kernel(code, { bytes: this.#end + this.#tapeBytes, initial: [] });
    this.#slots = this.#slotViews();
    const key = this.#keyOf('learn', limits.size, limits.tokens, isMaskable(architecture));
    this.#keep(key, this.#ready(tape, limits.size));
  }

  get bytes(): number {
    return this.#kernel.bytes;
  }

  get variables(): Variables {
    return this.#drawing.variables;
  }

  /** The batch's mean loss, or this shard's part of it; its right answers; the gradient's norm. */
  get loss(): number {
    return this.#slots.loss[0] ?? Number.NaN;
  }
  get right(): number {
    return this.#slots.right[0] ?? Number.NaN;
  }
  get norm(): number {
    return Math.sqrt(this.#slots.squares[0] ?? Number.NaN);
  }

  /** A block's numbers in the kernel's memory. They are good until another shape of batch is met. */
  floats(block: Block): Float32Array<ArrayBuffer> {
    return this.#kernel.floats(block);
  }

  /** Tape and places for a batch of so many examples, compiled where it hasn't been met before. */
  prepare(purpose: Purpose, size: number, tokens: number, masked: boolean): Ready {
    const key = this.#keyOf(purpose, size, tokens, masked);
    if (this.#latest?.key === key) return this.#latest.ready;
    const kept = this.#tapes.get(key);
    if (kept !== undefined) {
      // What was used last stands last.
      this.#tapes.delete(key);
      this.#tapes.set(key, kept);
      this.#latest = { key, ready: kept };
      return kept;
    }
    const sizes = purpose === 'learn' ? sizesOf(size, this.shard) : [size];
    const own = sizes.length > 1 ? this.shard.own : 0;
    const { clip } = this.schedule;
    const tape = compile(
      this.architecture,
      { purpose, sizes, own, tokens, masked },
      { ...this.#drawing, clip },
    );
    this.#makeRoom(tape);
    return this.#keep(key, this.#ready(tape, size));
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
    writeKeys(ready.views, this.schedule.seed, this.step);
    const { schedule } = this.#slots;
    const t = this.step - this.#adamFrom + 1;
    schedule[0] = this.schedule.rate / (1 - ADAM.firstDecay ** t);
    schedule[1] = 1 / (1 - ADAM.secondDecay ** t);
  }

  /** Puts a state in place. @throws Error naming what is missing, of the wrong size or not finite; nothing is changed */
  restore({ step, weights, moments }: Snapshot): void {
    if (!Number.isInteger(step) || step < 0)
      throw new Error(`the state is of ${step} batches; expected a whole number from 0 on.`);
    const { descriptions, block } = this.variables;
    for (const description of descriptions) {
      const { name } = description;
      const count = countOf(description);
      checkNumbers(name, weights.get(name), count);
      if (!description.trained || moments === undefined) continue;
      const own = moments.get(name);
      checkNumbers(`the first moment of ${name}`, own?.first, count);
      checkNumbers(`the second moment of ${name}`, own?.second, count);
    }
    const write = (to: Block, values: Float32Array | undefined): void => {
      const floats = this.floats(to);
      if (values === undefined) floats.fill(0);
      else floats.set(values);
    };
    for (const { name, trained } of descriptions) {
      write(block('parameter', name), weights.get(name));
      if (!trained) continue;
      write(block('first', name), moments?.get(name)?.first);
      write(block('second', name), moments?.get(name)?.second);
    }
    this.step = step;
    this.#adamFrom = moments === undefined ? step : 0;
  }

  /** Copies of all that the model holds. */
  snapshot(): Required<Snapshot> {
    const { descriptions, block } = this.variables;
    const copy = (which: 'parameter' | 'first' | 'second', name: string) =>
      this.floats(block(which, name)).slice();
    const trained = descriptions.filter((description) => description.trained);
    return {
      step: this.step,
      weights: new Map(descriptions.map(({ name }) => [name, copy('parameter', name)])),
      moments: new Map(
        trained.map(({ name }): [string, Moments] => [
          name,
          { first: copy('first', name), second: copy('second', name) },
        ]),
      ),
    };
  }

  /** Copies of the trained variables' gradients. */
  gradients(): Weights {
    const { descriptions, block } = this.variables;
    const trained = descriptions.filter((description) => description.trained);
    return new Map(trained.map(({ name }) => [name, this.floats(block('gradient', name)).slice()]));
  }

  #keyOf(purpose: Purpose, size: number, tokens: number, masked: boolean): number {
    const { tokens: most } = this.limits;
    return ((size * (most + 1) + tokens) * PURPOSES.length + PURPOSES.indexOf(purpose)) * 2 + Number(masked);
  }

  #ready(tape: BatchTape, size: number): Ready {
    const sizes = tape.contributions.length;
    const isShared = sizes > 1;
    const { own, of } = this.shard;
    const from = isShared ? Math.floor((own * size) / of) : 0;
    const floats = (block: Block | undefined) => block && this.#kernel.floats(block);
    const integers = this.#kernel.integers.bind(this.#kernel);
    let at = 0;
    const starts = {} as Record<Section, number>;
    for (const section of SECTIONS) {
      starts[section] = at;
      at += tape.instructions[section];
    }
    return {
      tape,
      views: {
        ids: tape.ids && integers(tape.ids),
        vectors: floats(tape.vectors),
        mask: floats(tape.mask),
        labels: floats(tape.labels),
        weights: floats(tape.weights),
        keys: tape.keys.map(({ place, key }) => ({ place, key: integers(key) })),
        first: integers(tape.first),
      },
      from,
      size: isShared ? Math.floor(((own + 1) * size) / of) - from : size,
      isShared,
      starts,
    };
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
    const { loss, right, squares, scale, schedule } = this.#drawing.slots;
    const floats = this.#kernel.floats.bind(this.#kernel);
    return {
      loss: floats(loss),
      right: floats(right),
      squares: floats(squares),
      scale: floats(scale),
      schedule: floats(schedule),
    };
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

function checkNumbers(name: string, values: Float32Array | undefined, count: number): void {
  if (values?.length !== count)
    throw new Error(
      `${name} has ${values?.length ?? 'no'} numbers, expected ${count}. Do these weights belong to this model?`,
    );
  const place = values.findIndex((value) => !Number.isFinite(value));
  if (place >= 0)
    throw new Error(
      `${name} has ${values[place]} at place ${place}; every number of a state has to be finite.`,
    );
}
