import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drawLatest } from './draw-latest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('draws at most five times a second, and the last one always', async () => {
  const drawn: number[] = [];
  const { ask } = drawLatest<number>(async (wanted) => void drawn.push(wanted));
  for (let k = 0; k < 100; k++) {
    ask(k);
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(500);
  expect(drawn.length).toBeLessThanOrEqual(6);
  expect(drawn[0]).toBe(0);
  expect(drawn.at(-1)).toBe(99);
});

test('draws in a task of its own', async () => {
  const drawn: number[] = [];
  const { ask } = drawLatest<number>(async (wanted) => void drawn.push(wanted));
  ask(1);
  expect(drawn).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(drawn).toEqual([1]);
});

test('draws nothing after its end', async () => {
  const drawn: number[] = [];
  const { ask, end } = drawLatest<number>(async (wanted) => void drawn.push(wanted));
  ask(1);
  await vi.advanceTimersByTimeAsync(1);
  ask(2);
  end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(drawn).toEqual([1]);
});
