import { gunzipSync, gzipSync } from 'fflate';
import { MOST_TOKENS, PAD, type Reviews, START } from './format.ts';

/**
 * A shard is gzip around, little-endian:
 *
 *     u32 magic, u32 reviews, u32 tokens
 *     u8  label of each review
 *     u16 length of each review
 *     id of each token, as LEB128: seven bits a byte, low bits first, the top bit set when another byte follows
 *
 * Ids go by frequency, so the 125 commonest words take one byte. The ids of the first training shard (357,245
 * tokens) come to, after gzip: plain u16 485 kB, two byte planes 457 kB, LEB128 426 kB, an escape code tuned by
 * hand 418 kB. LEB128 is the plainest that leaves the quick start well below its limit.
 *
 * gzip through fflate, both ways: the same bytes from every machine (zlib's depend on its build), and it runs
 * in workers of browsers that lack DecompressionStream.
 */
const MAGIC = 0x3152_4e55; // "UNR1"
const HEADER = 12;

/** The shard's bytes over the wire. */
export function encodeShard({ ids, starts, labels }: Reviews): Uint8Array<ArrayBuffer> {
  const count = labels.length;
  const plain = new Uint8Array(HEADER + count * 3 + ids.length * 2);
  const view = new DataView(plain.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, count, true);
  view.setUint32(8, ids.length, true);
  plain.set(labels, HEADER);
  for (let k = 0; k < count; k += 1) {
    view.setUint16(HEADER + count + 2 * k, at(starts, k + 1) - at(starts, k), true);
  }
  let offset = HEADER + count * 3;
  for (const id of ids) {
    if (id < 0x80) {
      plain[offset] = id;
      offset += 1;
    } else {
      plain[offset] = (id & 0x7f) | 0x80;
      plain[offset + 1] = id >> 7;
      offset += 2;
    }
  }
  return compress(plain.subarray(0, offset));
}

/** What a shard holds, beside its bytes, by the manifest. */
interface Expected {
  readonly reviews: number;
  readonly vocabularySize: number;
}

/** A shard of so many reviews unpacks to no more bytes. */
export const mostPlain = (reviews: number): number => HEADER + reviews * 3 + reviews * MOST_TOKENS * 2;

/** The reviews in a shard's bytes; see `readShard`. */
export function decodeShard(bytes: Uint8Array, expected: Expected): Reviews {
  return readShard(decompress(bytes, mostPlain(expected.reviews)), expected);
}

/**
 * The reviews in a shard's unpacked bytes. `expected` is what the manifest says of it.
 * @throws Error that says what is wrong, when anything in the shard is out of bounds; nothing of it is then returned.
 */
export function readShard(plain: Uint8Array, { reviews: count, vocabularySize }: Expected): Reviews {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  if (plain.length < HEADER + count * 3) {
    throw new Error(`it holds ${plain.length} bytes, too few for ${count} reviews`);
  }
  const magic = view.getUint32(0, true);
  if (magic !== MAGIC) throw new Error(`it begins with ${hex(magic)}, expected ${hex(MAGIC)}`);
  const reviews = view.getUint32(4, true);
  if (reviews !== count) throw new Error(`it holds ${reviews} reviews, expected ${count}`);

  const labels = plain.slice(HEADER, HEADER + count);
  const badLabel = labels.findIndex((label) => label > 1);
  if (badLabel >= 0) throw new Error(`review ${badLabel} has the label ${labels[badLabel]}, expected 0 or 1`);

  const starts = new Uint32Array(count + 1);
  for (let k = 0; k < count; k += 1) {
    const length = view.getUint16(HEADER + count + 2 * k, true);
    if (length < 1 || length > MOST_TOKENS) {
      throw new Error(`review ${k} has ${length} tokens, expected 1 to ${MOST_TOKENS}`);
    }
    starts[k + 1] = at(starts, k) + length;
  }
  const tokens = view.getUint32(8, true);
  if (tokens !== at(starts, count)) {
    throw new Error(`it says ${tokens} tokens, but its reviews come to ${at(starts, count)}`);
  }

  const ids = readIds(plain.subarray(HEADER + count * 3), tokens, vocabularySize);
  for (let k = 0; k < count; k += 1)
    for (let n = at(starts, k) + 1; n < at(starts, k + 1); n += 1)
      if (ids[n] === START) throw new Error(`token ${n} is START inside a review`);
  return { ids, starts, labels };
}

function readIds(bytes: Uint8Array, tokens: number, vocabularySize: number): Uint16Array {
  const ids = new Uint16Array(tokens);
  let offset = 0;
  for (let n = 0; n < tokens; n += 1) {
    const low = bytes[offset];
    const high = low !== undefined && low >= 0x80 ? bytes[offset + 1] : 0;
    if (low === undefined || high === undefined) throw new Error(`it ends within token ${n} of ${tokens}`);
    const id = (low & 0x7f) | (high << 7);
    if (id <= PAD || id >= vocabularySize) {
      throw new Error(`token ${n} has the id ${id}, expected ${PAD + 1} to ${vocabularySize - 1}`);
    }
    ids[n] = id;
    offset += low >= 0x80 ? 2 : 1;
  }
  if (offset !== bytes.length) throw new Error(`${bytes.length - offset} bytes follow its last token`);
  return ids;
}

/** The parts one after the other, as if they had been one. */
export function join(parts: readonly Reviews[]): Reviews {
  const reviews = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const ids = new Uint16Array(parts.reduce((sum, part) => sum + part.ids.length, 0));
  const starts = new Uint32Array(reviews + 1);
  const labels = new Uint8Array(reviews);
  let review = 0;
  let token = 0;
  for (const part of parts) {
    ids.set(part.ids, token);
    labels.set(part.labels, review);
    starts.set(
      part.starts.map((start) => start + token),
      review,
    );
    review += part.labels.length;
    token += part.ids.length;
  }
  return { ids, starts, labels };
}

/** gzip, the same bytes at any hour. */
export function compress(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  return gzipSync(plain, { level: 9, mtime: 0 });
}

/**
 * The content of a gzip file of at most `most` bytes.
 * @throws Error when it is no gzip, damaged, or says that it is larger: memory is taken by what it says.
 */
export function decompress(bytes: Uint8Array, most: number): Uint8Array {
  checkSize(bytes, most);
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw unpackable(cause);
  }
}

/** As `decompress`, by the browser's own code where it has that: in a tenth of the time, on another thread. */
export async function decompressed(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  if (typeof DecompressionStream === 'undefined') return decompress(bytes, most);
  const size = checkSize(bytes, most);
  try {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    const plain = new Uint8Array(size);
    let filled = 0;
    for await (const chunk of chunksOf(unpacked)) {
      // What lies about its size is given up at once.
      if (filled + chunk.length > size) throw new Error(`more than the ${size} bytes that it says`);
      plain.set(chunk, filled);
      filled += chunk.length;
    }
    return plain.subarray(0, filled);
  } catch (cause) {
    throw unpackable(cause);
  }
}

/** A stream's chunks; not every browser's streams can be iterated themselves. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** What a gzip file says it unpacks to. */
function checkSize(bytes: Uint8Array, most: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 18 ? 0 : view.getUint32(bytes.length - 4, true);
  if (size > most) throw new Error(`it would unpack to ${size} bytes, expected at most ${most}`);
  return size;
}

const unpackable = (cause: unknown): Error =>
  new Error(`it does not unpack (${cause instanceof Error ? cause.message : String(cause)})`, { cause });

const hex = (number: number) => `0x${number.toString(16).padStart(8, '0')}`;

/** An element that is there: an index past the end is a mistake in this program. */
function at(numbers: Uint32Array, index: number): number {
  const number = numbers[index];
  if (number === undefined) throw new RangeError(`Index ${index} of ${numbers.length}.`);
  return number;
}
