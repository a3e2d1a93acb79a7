import { describe, expect, it } from 'vitest';
import { cells } from '../../cells/index.ts';
import type { Architecture } from '../architecture.ts';
import { forecast } from './learner.ts';

const classifier = (equations: string, size: number, units: number): Architecture => ({
  input: 'ids',
  loss: 'verdict',
  layers: [
    { kind: 'embedding', name: 'words', vocabulary: 20_000, size, trained: true, masked: true },
    {
      kind: 'recurrent',
      name: 'cell',
      equations,
      units,
      direction: 'forward',
      sequences: false,
      recurrentDropout: 0,
      starts: [],
    },
    { kind: 'dense', name: 'head', units: 1, activation: 'linear' },
  ],
});

describe.each(cells)('$name', ({ equations }) => {
  it('has a place at every size that is promised, where textures have 8192 texels a side', () => {
    const device = { side: 8192, outputs: 8 };
    const largest = forecast(classifier(equations, 512, 256), { size: 256, tokens: 512 }, device);
    const smallest = forecast(classifier(equations, 1, 1), { size: 1, tokens: 1 }, device);
    expect(largest).toBeGreaterThan(100 * smallest);
  });

  it('takes more bytes the longer and the more', () => {
    const bytes = (size: number, tokens: number, units: number) =>
      forecast(classifier(equations, 32, units), { size, tokens });
    expect(bytes(32, 80, 32)).toBeLessThan(bytes(64, 80, 32));
    expect(bytes(32, 80, 32)).toBeLessThan(bytes(32, 200, 32));
    expect(bytes(32, 80, 32)).toBeLessThan(bytes(32, 80, 64));
  });
});

it('says which sequence fits no texture', () => {
  const { equations } = cells[0] ?? { equations: '' };
  expect(() =>
    forecast(classifier(equations, 512, 256), { size: 256, tokens: 512 }, { side: 2048, outputs: 4 }),
  ).toThrow('512 steps of 256 examples');
});
