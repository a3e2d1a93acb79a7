import { describe, expect, it } from 'vitest';
import { lstm } from '../../lib/cells/lstm.ts';
import { parse } from '../../lib/equations/parse.ts';
import { INPUTS, judgeLatch, readLatch } from './latch.ts';

const graph = parse(lstm.equations);
const judge = (bf: number, Wi: number, bi: number) => judgeLatch(readLatch(graph, { bf, Wi, bi }));

describe('the latch', () => {
  it('reads one number a step', () => {
    const { f, i, c } = readLatch(graph, { bf: 0, Wi: 0, bi: 0 });
    expect([f.length, i.length, c.length]).toEqual([INPUTS.length, INPUTS.length, INPUTS.length]);
    // Both gates at one half: c = f c + i tanh(2x), by hand.
    expect(c[0]).toBeCloseTo(0.5 * Math.tanh(2), 12);
    expect(c[1]).toBeCloseTo(0.25 * Math.tanh(2) + 0.5 * Math.tanh(0.6), 12);
  });

  it('can be solved', () => {
    expect(judge(6, 10, -7).kind).toBe('kept');
  });

  it('says what is in the way', () => {
    expect(judge(0, 0, 0).kind).toBe('notStored');
    expect(judge(6, 0, -4).kind).toBe('notStored');
    expect(judge(1, 10, -7).kind).toBe('leaked');
    expect(judge(6, 0, 2).kind).toBe('disturbed');
  });
});
