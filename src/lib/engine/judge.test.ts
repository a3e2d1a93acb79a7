import { describe, expect, it, vi } from 'vitest';
import { lstm } from '../cells/lstm.ts';
import { useInNode } from './backends/node.ts';
import { quickRun } from './configuration.ts';
import { judge, type StartEngine } from './judge.ts';

const SMALL = { ...quickRun(lstm), units: 3, embedding: 2, vocabulary: 100, batch: 2, tokens: 5 };

/** In Node there is no WebGL: what is asked for as `webgl` runs on tfjs's plain backend. */
const both: StartEngine = async (engine) => {
  await useInNode(engine === 'wasm' ? 'wasm' : 'cpu');
  return undefined;
};

describe('the judge of engines', () => {
  it('times both on the reader’s model and takes the faster', async () => {
    const { chosen, trials, asked } = await judge(SMALL, both);
    expect(asked).toBe(false);
    const times = trials.map((trial) => (trial.ok ? trial.millisecondsABatch : Number.NaN));
    expect(times).toHaveLength(2);
    expect(times.every((time) => time > 0)).toBe(true);
    expect(chosen).toBe(trials[times.indexOf(Math.min(...times))]?.engine);
  });

  it('says why an engine is not there, and takes the other', async () => {
    const report = await judge(SMALL, async (engine) =>
      engine === 'webgl' ? { reason: 'no-webgl2', detail: 'none' } : both(engine, false),
    );
    expect(report.chosen).toBe('wasm');
    expect(report.trials[1]).toEqual({ engine: 'webgl', ok: false, reason: 'no-webgl2', detail: 'none' });
  });

  it('tries only the engine that was asked for', async () => {
    const start = vi.fn(both);
    const { chosen, trials } = await judge(SMALL, start, 'webgl');
    expect([chosen, trials.length]).toEqual(['webgl', 1]);
    expect(start.mock.calls.every(([engine, asked]) => engine === 'webgl' && asked)).toBe(true);
  });

  it('takes a slow engine where it is all there is', async () => {
    const { chosen } = await judge(SMALL, async (engine, asked) => {
      if (engine === 'wasm') return { reason: 'no-webassembly', detail: 'none' };
      return asked ? both(engine, asked) : { reason: 'software-renderer', detail: 'emulated' };
    });
    expect(chosen).toBe('webgl');
  });

  it('says what is missing and what works all the same where nothing trains', async () => {
    const none: StartEngine = async (engine) => ({
      reason: 'wasm-refused',
      detail: `${engine} is switched off`,
    });
    await expect(judge(SMALL, none)).rejects.toThrow(
      /WebAssembly: wasm is switched off; WebGL: webgl is switched off.*The lessons and the stage work/,
    );
  });
});
