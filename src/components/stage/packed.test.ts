import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from './packed.ts';

test('float32 numbers survive, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.float()), (numbers) => {
      expect([...unpack('numbers', pack(numbers), numbers.length)]).toEqual(numbers);
    }),
  );
});

test('a long array does too', () => {
  const numbers = Float32Array.from({ length: 40_000 }, (_, k) => Math.sin(k));
  expect(unpack('numbers', pack(numbers), numbers.length)).toEqual(numbers);
});

test('is little-endian on every machine', () => {
  // 1 is 0x3f800000.
  expect(atob(pack([1]))).toBe('\x00\x00\x80\x3f');
});

test('another length, half a number or no base64 is refused with its name', () => {
  expect(() => unpack('parameter Wf', pack([1, 2]), 3)).toThrow(/parameter Wf: met 8 bytes, expected 12/);
  expect(() => unpack('parameter Wf', btoa('abc'), 1)).toThrow(/parameter Wf: met 3 bytes/);
  expect(() => unpack('parameter Wf', '<script>', 1)).toThrow(/parameter Wf: met a text that is no base64/);
});
