import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePlace, placeHash } from './place.ts';

test('a place survives the address', () => {
  const places = fc.record({
    word: fc.integer({ min: 0, max: 4095 }),
    step: fc.integer({ min: 0, max: 199 }),
    unit: fc.integer({ min: 0, max: 255 }),
  });
  fc.assert(
    fc.property(places, (place) => {
      expect(parsePlace(placeHash(place))).toEqual(place);
    }),
  );
});

test('words and steps count from 1 in an address, units from 0', () => {
  expect(placeHash({ word: 9, step: 4, unit: 6 })).toBe('#at=10.5.6');
});

test('any other fragment names no place', () => {
  for (const hash of [
    '',
    '#',
    '#one-word-gate-by-gate',
    '#at=',
    '#at=1.2',
    '#at=1.2.3.4',
    '#at=-1.2.3',
    '#at=1e3.1.1',
    '#at=99999.1.1',
  ])
    expect(parsePlace(hash)).toBeUndefined();
});
