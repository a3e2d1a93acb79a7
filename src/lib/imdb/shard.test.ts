import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_TOKENS, OUT_OF_VOCABULARY, type Reviews, START } from './format.ts';
import { compress, decodeShard, decompress, decompressed, encodeShard, join } from './shard.ts';

const VOCABULARY_SIZE = 10_000;

/** Parts of the data as the pack may hold them. */
const someReviews = fc
  .array(
    fc.record({
      label: fc.constantFrom(0, 1),
      whole: fc.boolean(),
      ids: fc.array(fc.integer({ min: OUT_OF_VOCABULARY, max: VOCABULARY_SIZE - 1 }), {
        minLength: 1,
        maxLength: MOST_TOKENS - 1,
      }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((rows): Reviews => {
    const ids = rows.map((row) => (row.whole ? [START, ...row.ids] : row.ids));
    const starts = [0];
    for (const row of ids) starts.push((starts.at(-1) ?? 0) + row.length);
    return {
      ids: Uint16Array.from(ids.flat()),
      starts: Uint32Array.from(starts),
      labels: Uint8Array.from(rows, ({ label }) => label),
    };
  });

const expected = (reviews: Reviews) => ({ reviews: reviews.labels.length, vocabularySize: VOCABULARY_SIZE });

/** What the loader may count on. */
function lawful({ ids, starts, labels }: Reviews, vocabularySize: number) {
  expect(starts.length).toBe(labels.length + 1);
  expect(starts[0]).toBe(0);
  expect(starts.at(-1)).toBe(ids.length);
  for (const [k, label] of labels.entries()) {
    expect(label).toBeLessThan(2);
    const length = (starts[k + 1] ?? 0) - (starts[k] ?? 0);
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(MOST_TOKENS);
  }
  expect(ids.every((id) => id >= START && id < vocabularySize)).toBe(true);
}

it('reads what it wrote', () => {
  fc.assert(
    fc.property(someReviews, (reviews) => {
      expect(decodeShard(encodeShard(reviews), expected(reviews))).toEqual(reviews);
    }),
  );
});

it('writes little-endian, whatever the machine', () => {
  const shard = encodeShard({
    ids: Uint16Array.of(START, 5, 300),
    starts: Uint32Array.of(0, 3),
    labels: Uint8Array.of(1),
  });
  expect([...decompress(shard, 100)]).toEqual(
    [[0x55, 0x4e, 0x52, 0x31], [1, 0, 0, 0], [3, 0, 0, 0], [1], [3, 0], [1], [5], [0xac, 0x02]].flat(),
  );
});

describe('a shard that is not what it should be', () => {
  const good: Reviews = {
    ids: Uint16Array.of(START, 5, 300, 7, 8),
    starts: Uint32Array.of(0, 3, 5),
    labels: Uint8Array.of(1, 0),
  };
  const two = { reviews: 2, vocabularySize: 400 };
  const plain = decompress(encodeShard(good), 1000);
  const changed = (at: number, ...bytes: number[]) => {
    const copy = plain.slice();
    copy.set(bytes, at);
    return compress(copy);
  };

  it.each([
    ['another magic', changed(0, 0), 'begins with 0x31524e00'],
    ['more reviews than the manifest says', changed(4, 3), 'holds 3 reviews, expected 2'],
    ['a wrong count of tokens', changed(8, 6), 'says 6 tokens, but its reviews come to 5'],
    ['a label of 2', changed(12, 2), 'review 0 has the label 2'],
    ['an empty review', changed(14, 0), 'review 0 has 0 tokens, expected 1 to 256'],
    ['a review too long', changed(14, 1, 1), 'review 0 has 257 tokens'],
    ['an id past the vocabulary', changed(20, 0x90, 0x03), 'token 2 has the id 400, expected 1 to 399'],
    ['padding among the ids', changed(19, 0), 'token 1 has the id 0'],
    ['START inside a review', changed(19, START), 'token 1 is START inside a review'],
    ['ids that end early', compress(plain.slice(0, -1)), 'ends within token 4 of 5'],
    ['bytes after the last token', compress(Uint8Array.of(...plain, 9)), '1 bytes follow its last token'],
    ['nothing but a header', compress(plain.slice(0, 12)), 'holds 12 bytes, too few for 2 reviews'],
    ['no gzip', Uint8Array.from({ length: 40 }, () => 0), 'does not unpack'],
    ['no bytes', new Uint8Array(0), 'does not unpack'],
    ['a promise of gigabytes', compress(new Uint8Array(5_000_000)), 'would unpack to 5000000 bytes'],
  ])('is refused: %s', (_, bytes, message) => {
    expect(() => decodeShard(bytes, two)).toThrow(message);
  });

  it('never gives anything out of bounds, whatever bytes were changed', () => {
    fc.assert(
      fc.property(
        someReviews,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (reviews, changes, inside) => {
          const shard = encodeShard(reviews);
          const bytes = inside ? decompress(shard, 1_000_000) : shard;
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          let read: Reviews;
          try {
            read = decodeShard(inside ? compress(bytes) : bytes, expected(reviews));
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect(error).not.toBeInstanceOf(RangeError);
            return;
          }
          lawful(read, VOCABULARY_SIZE);
        },
      ),
    );
  });
});

describe('the browser’s own gzip', () => {
  it('gives what ours gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (plain) => {
        expect(await decompressed(compress(plain), 300)).toEqual(plain);
      }),
    );
  });

  const lying = (size: number) => {
    const bytes = compress(new Uint8Array(1000));
    new DataView(bytes.buffer).setUint32(bytes.length - 4, size, true);
    return bytes;
  };
  it.each([
    ['no gzip', Uint8Array.from({ length: 40 }, () => 0)],
    ['no bytes', new Uint8Array(0)],
    ['cut short', compress(Uint8Array.of(1, 2, 3)).slice(0, -3)],
    ['says less than it holds', lying(10)],
    ['says more than it holds', lying(1999)],
  ])('refuses what ours refuses: %s', async (_, bytes) => {
    await expect(decompressed(bytes, 2000)).rejects.toThrow(/does not unpack|would unpack/);
  });
});

it('joins parts as if they had been one', () => {
  fc.assert(
    fc.property(fc.array(someReviews, { minLength: 1, maxLength: 3 }), (parts) => {
      const whole = join(parts);
      lawful(whole, VOCABULARY_SIZE);
      expect([...whole.ids]).toEqual(parts.flatMap(({ ids }) => [...ids]));
      expect([...whole.labels]).toEqual(parts.flatMap(({ labels }) => [...labels]));
      const lengths = ({ starts }: Reviews) =>
        [...starts.subarray(1)].map((end, k) => end - (starts[k] ?? 0));
      expect(lengths(whole)).toEqual(parts.flatMap(lengths));
    }),
  );
});
