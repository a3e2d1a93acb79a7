import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { cells } from '../../lib/cells/index.ts';
import { Configuration } from '../../lib/engine/configuration.ts';
import type { ListedCell } from './listed-cell.ts';
import {
  bounds,
  configurationOf,
  DEFAULTS,
  isSameRun,
  NUMBERS,
  REVIEWS,
  readNumber,
  readQuery,
  writeQuery,
} from './settings.ts';

const listed: readonly ListedCell[] = cells.map((cell) => ({ ...cell, shapes: [] }));
const read = (query: string) => readQuery(new URLSearchParams(query), listed);

const anySettings = fc.record({
  cell: fc.constantFrom(...listed.map(({ id }) => id)),
  reviews: fc.constantFrom(...REVIEWS),
  tokens: fc.integer({ min: 1, max: 256 }),
  units: fc.integer({ min: 1, max: 256 }),
  epochs: fc.integer({ min: 1, max: 50 }),
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
});

describe('settings in an address', () => {
  test('come back as they went out', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(read(writeQuery(settings))).toEqual({ settings, refused: [] });
      }),
    );
  });

  test('are the defaults without a query, and the defaults need none', () => {
    expect(read('')).toEqual({ settings: DEFAULTS, refused: [] });
    expect(writeQuery(DEFAULTS)).toBe('');
  });

  test.each([
    ['units=0', 'units'],
    ['units=257', 'units'],
    ['units=3.5', 'units'],
    ['units=', 'units'],
    ['units=0x10', 'units'],
    ['units=-4', 'units'],
    ['units=NaN', 'units'],
    ['tokens=1e2', 'tokens'],
    ['reviews=3000', 'reviews'],
    ['cell=__proto__', 'cell'],
    ['cell=<script>', 'cell'],
    ['seed=4294967296', 'seed'],
  ])('%s is refused and the default stands', (query, setting) => {
    const { settings, refused } = read(query);
    expect(settings).toEqual(DEFAULTS);
    expect(refused).toEqual([{ setting, received: new URLSearchParams(query).get(setting) }]);
  });

  test('any query gives a run that the engine takes, and one wrong value leaves the others', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('cell', 'reviews', ...NUMBERS), fc.string()), (query) => {
        const { settings } = readQuery(new URLSearchParams(query), listed);
        const cell = listed.find(({ id }) => id === settings.cell);
        expect(cell).toBeDefined();
        if (cell !== undefined) v.parse(Configuration, configurationOf(settings, cell));
      }),
    );
    expect(read('units=x&epochs=9').settings).toEqual({ ...DEFAULTS, epochs: 9 });
  });

  test('a long value is cut before it is shown', () => {
    expect(read(`units=${'9'.repeat(1e5)}`).refused[0]?.received).toHaveLength(40);
  });
});

describe('a number setting', () => {
  test.each(NUMBERS)('%s takes its bounds and nothing beyond', (setting) => {
    const { least, most } = bounds(setting);
    expect(readNumber(setting, String(least))).toBe(least);
    expect(readNumber(setting, ` ${most} `)).toBe(most);
    expect(readNumber(setting, String(most + 1))).toBeUndefined();
    if (least > 0) expect(readNumber(setting, String(least - 1))).toBeUndefined();
  });
});

test('a run brings its cell’s constant starts and a vocabulary for its size', () => {
  const lstm = listed.find(({ id }) => id === 'lstm');
  if (lstm === undefined) throw new Error('the list lost its LSTM');
  const run = configurationOf({ ...DEFAULTS, reviews: 8_000 }, lstm);
  expect(run).toMatchObject({
    equations: lstm.equations,
    starts: [['bf', 1]],
    reviews: 8_000,
    vocabulary: 8_000,
  });
});

test('two configurations are one run whatever the order of their entries, and another when one entry is another', () => {
  const [cell] = listed;
  if (cell === undefined) throw new Error('the list lost its cells');
  const run = configurationOf(DEFAULTS, cell);
  const turned = v.parse(Configuration, Object.fromEntries(Object.entries(run).reverse()));
  expect(isSameRun(run, turned)).toBe(true);
  expect(isSameRun(run, configurationOf({ ...DEFAULTS, seed: DEFAULTS.seed + 1 }, cell))).toBe(false);
});
