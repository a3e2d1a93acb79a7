/**
 * Memory that the workers of a crew share, where the page may have such: the batch, everybody's contributions, and the
 * few words by which they wait for one another.
 */
import { type Architecture, countOf, valuesOf, variablesOf } from '../architecture.ts';
import type { Examples } from '../examples.ts';
import type { Limits } from '../learner.ts';
import { emptyParcel, fillParcel, parcelOf } from './parcel.ts';
import type { Ready } from './replica.ts';
import { embeddingOf } from './shard-tape.ts';
import { MOST_SHARDS } from './sharing.ts';

/** The words by which a crew talks. */
const WORDS = ['command', 'era', 'size', 'tokens', 'labels', 'marks', 'arrived', 'failed'] as const;
export type Word = (typeof WORDS)[number];

/** Bytes for what a worker says when it fails. */
const MESSAGE_BYTES = 1024;
/** How long one wait lasts before it looks whether somebody failed, in ms. */
const SLICE = 50;
/** How often a value is read before its reader lies down: waking takes longer than most waits. */
const SPINS = 2000;

export interface CrewMemory {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly ids: Int32Array;
  readonly vectors: Float32Array;
  readonly labels: Float32Array;
  readonly counted: Float32Array;
  /** Contributions, [parity][group]: two sets, so that nobody writes what a slower worker still reads. */
  readonly rows: readonly (readonly Float32Array[])[];
  readonly message: Uint8Array;
}

export const wordAt = (word: Word): number => WORDS.indexOf(word);

/** Views of a crew's memory; without a buffer, of one that is made for the model. */
export function crewMemory(
  architecture: Architecture,
  limits: Limits,
  workers: number,
  given?: SharedArrayBuffer,
): CrewMemory {
  const { size, tokens } = limits;
  const words = embeddingOf(architecture);
  const last = valuesOf(architecture).at(-1);
  const answers = last?.sequence ? size * tokens : size;
  const dense = variablesOf(architecture)
    .filter(({ name, trained }) => trained && name !== `${words?.name}.table`)
    .reduce((sum, variable) => sum + countOf(variable), 0);
  const examples = Math.ceil(size / workers);
  const row = 2 * MOST_SHARDS + dense + (words?.trained ? examples * tokens * words.size : 0);
  const lengths = [
    WORDS.length,
    words ? size * tokens : 0,
    words ? 0 : size * tokens * Number(architecture.input),
    answers * (architecture.loss === 'numbers' ? (last?.size ?? 1) : 1),
    last?.sequence ? answers : 0,
    MESSAGE_BYTES / 4,
    ...new Array<number>(2 * workers).fill(row),
  ];
  const starts = lengths.map((_, k) => 4 * lengths.slice(0, k).reduce((sum, length) => sum + length, 0));
  const buffer = given ?? new SharedArrayBuffer(4 * lengths.reduce((sum, length) => sum + length, 0));
  const floats = (k: number) => new Float32Array(buffer, starts[k] ?? 0, lengths[k] ?? 0);
  const integers = (k: number) => new Int32Array(buffer, starts[k] ?? 0, lengths[k] ?? 0);
  return {
    buffer,
    words: integers(0),
    ids: integers(1),
    vectors: floats(2),
    labels: floats(3),
    counted: floats(4),
    message: new Uint8Array(buffer, starts[5] ?? 0, MESSAGE_BYTES),
    rows: [0, 1].map((parity) =>
      Array.from({ length: workers }, (_, group) => floats(6 + parity * workers + group)),
    ),
  };
}

/** Puts a batch where the whole crew reads it. */
export function shareBatch({ words, ...places }: CrewMemory, batch: Examples): void {
  Atomics.store(words, wordAt('size'), batch.size);
  Atomics.store(words, wordAt('tokens'), batch.tokens);
  Atomics.store(words, wordAt('labels'), batch.labels.length);
  Atomics.store(words, wordAt('marks'), batch.counted?.length ?? 0);
  if (batch.ids !== undefined) places.ids.set(batch.ids);
  if (batch.vectors !== undefined) places.vectors.set(batch.vectors);
  places.labels.set(batch.labels);
  if (batch.counted !== undefined) places.counted.set(batch.counted);
}

/** The batch that is shared at present, as views. */
export function sharedBatch({ words, ...places }: CrewMemory, { input }: Architecture): Examples {
  const read = (word: Word) => Atomics.load(words, wordAt(word));
  const [size, tokens, marks] = [read('size'), read('tokens'), read('marks')];
  return {
    ...{ size, tokens, labels: places.labels.subarray(0, read('labels')) },
    ...(input === 'ids'
      ? { ids: places.ids.subarray(0, size * tokens) }
      : { vectors: places.vectors.subarray(0, size * tokens * input) }),
    ...(marks > 0 ? { counted: places.counted.subarray(0, marks) } : {}),
  };
}

/** Puts a replica's own contribution where the others read it; nothing where each learns the whole batch. */
export function shareContributions({ rows }: CrewMemory, { contributions }: Ready, parity: number): void {
  if (contributions.length === 1) return;
  for (const [group, contribution] of contributions.entries()) {
    const row = rows[parity]?.[group];
    if (contribution.isOwn && row !== undefined) fillParcel(parcelOf(row, contribution), contribution);
  }
}

/** Takes the others' contributions. */
export function takeContributions({ rows }: CrewMemory, { contributions }: Ready, parity: number): void {
  for (const [group, contribution] of contributions.entries()) {
    const row = rows[parity]?.[group];
    if (!contribution.isOwn && row !== undefined) emptyParcel(parcelOf(row, contribution), contribution);
  }
}

/** Tells the crew that the next batch is there. */
export function command({ words }: CrewMemory): void {
  Atomics.add(words, wordAt('command'), 1);
  Atomics.notify(words, wordAt('command'));
}

/**
 * Tells the crew to go by messages again. That the era is over stays true, whatever is commanded before everybody has
 * seen it.
 */
export function dismiss(memory: CrewMemory): void {
  Atomics.add(memory.words, wordAt('era'), 1);
  command(memory);
}

/** Says that one more worker has come so far. */
export function arrive({ words }: CrewMemory): void {
  Atomics.add(words, wordAt('arrived'), 1);
  Atomics.notify(words, wordAt('arrived'));
}

/** Says why a worker can't go on. The first one counts. */
export function fail({ words, message }: CrewMemory, why: string): void {
  const text = new TextEncoder().encode(why).subarray(0, message.length);
  if (Atomics.compareExchange(words, wordAt('failed'), 0, -1) !== 0) return;
  message.set(text);
  Atomics.store(words, wordAt('failed'), Math.max(1, text.length));
  Atomics.notify(words, wordAt('arrived'));
}

/** Why a worker can't go on; undefined where all can. */
export function failure({ words, message }: CrewMemory): string | undefined {
  const length = Atomics.load(words, wordAt('failed'));
  if (length === 0) return undefined;
  // Decoders refuse memory that is shared.
  return new TextDecoder().decode(message.slice(0, Math.max(0, length)));
}

/**
 * Waits until a word has come to a number, or past it.
 * @param until when it gives up, by `performance.now()`
 * @returns whether it has; false where somebody failed or the time is over
 */
export function waitFor({ words }: CrewMemory, word: Word, value: number, until: number): boolean {
  const [at, failed] = [wordAt(word), wordAt('failed')];
  // Counted round the whole of an int32, so that a long run goes on past 2³¹.
  const isThere = (present: number) => ((present - value) | 0) >= 0;
  for (let spin = 0; spin < SPINS; spin++) if (isThere(Atomics.load(words, at))) return true;
  for (;;) {
    const present = Atomics.load(words, at);
    if (isThere(present)) return true;
    if (Atomics.load(words, failed) !== 0 || performance.now() > until) return false;
    Atomics.wait(words, at, present, SLICE);
  }
}
