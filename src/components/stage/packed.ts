/**
 * Arrays of numbers inside a page: base64 of little-endian float32, because an island's props are JSON and a
 * list of decimals is three times as long.
 */

const BYTES = Float32Array.BYTES_PER_ELEMENT;
/** `String.fromCharCode` takes its codes as arguments, and engines bound how many. */
const CHUNK = 8192;

/** Base64 of the numbers, each rounded to float32. */
export function pack(numbers: ArrayLike<number>): string {
  const bytes = new Uint8Array(numbers.length * BYTES);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < numbers.length; k++) view.setFloat32(k * BYTES, numbers[k] ?? Number.NaN, true);
  let binary = '';
  for (let start = 0; start < bytes.length; start += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return btoa(binary);
}

/**
 * The numbers of a packed text.
 *
 * @param what how an error calls them, such as `parameter Wf`
 * @param length how many there must be
 * @throws Error where the text isn't base64 or holds another number of numbers
 */
export function unpack(what: string, packed: string, length: number): Float32Array {
  const bytes = decode(what, packed);
  if (bytes.length !== length * BYTES)
    throw new Error(
      `${what}: met ${bytes.length} bytes, expected ${length * BYTES} (${length} numbers of ${BYTES} bytes). Was it packed at other sizes?`,
    );
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length }, (_, k) => view.getFloat32(k * BYTES, true));
}

function decode(what: string, packed: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(packed);
  } catch {
    throw new Error(
      `${what}: met a text that is no base64, expected packed numbers. Pack its numbers with pack().`,
    );
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
