import { expect, test } from 'vitest';
import { casesOf, type Engine, QUICK } from './cases.ts';
import { measure, type Runner, ratiosOf } from './measure.ts';

const [of] = casesOf(QUICK);
if (of === undefined) throw new Error('the quick grid has a case');

/** Says what it is told to, and keeps in the log what it was asked. */
function fake(engine: Engine, log: string[], answers: (call: number) => number): Runner {
  let call = 0;
  return {
    engine,
    prepare: async () => void log.push(`prepare ${engine}`),
    time: async (batches) => {
      log.push(`time ${engine} ${batches}`);
      return answers(call++);
    },
    draws: async () => 3,
    end: async () => void log.push(`end ${engine}`),
  };
}

test('runners take turns in both orders, and ratios come from rounds side by side', async () => {
  const log: string[] = [];
  // Warming up asks ten times: for one batch, then for 1, 2, 4, 8, 16 and four times 20.
  const drift = [1, 2, 4, 8, 16];
  const timed = (engine: Engine, factor: number) => {
    let round = 0;
    return fake(engine, log, (call) => (call < 10 ? 1000 : (drift[round++] ?? 0) * factor));
  };
  const rows = await measure(
    of,
    [timed('unrolled-wasm', 1), timed('tfjs-layers-wasm', 30)],
    5,
    () => undefined,
  );
  const rounds = log.filter((line) => line.startsWith('time')).slice(-10);
  expect(rounds.map((line) => line.split(' ')[1])).toEqual(
    [0, 1, 2, 3, 4].flatMap((k) =>
      k % 2 === 0 ? ['unrolled-wasm', 'tfjs-layers-wasm'] : ['tfjs-layers-wasm', 'unrolled-wasm'],
    ),
  );
  expect(log.slice(-2)).toEqual(['end unrolled-wasm', 'end tfjs-layers-wasm']);
  expect(rows.map(({ engine, ms, draws }) => [engine, ms, draws])).toEqual([
    ['unrolled-wasm', 4, 3],
    ['tfjs-layers-wasm', 120, 3],
  ]);
  expect(ratiosOf(rows)).toEqual([
    { cell: 'lstm', steps: 80, units: 32, engine: 'unrolled-wasm', over: 'tfjs-layers-wasm', ratio: 30 },
  ]);
});

test('a runner that fails is named and left out; the others go on', async () => {
  const log: string[] = [];
  const said: string[] = [];
  const broken: Runner = {
    ...fake('unrolled-webgl', log, () => 1),
    prepare: () => Promise.reject(new Error('no WebGL 2 here\n at line 3')),
  };
  const rows = await measure(of, [broken, fake('pytorch-cpu', log, () => 7)], 5, (words) => said.push(words));
  expect(rows.map(({ engine }) => engine)).toEqual(['pytorch-cpu']);
  expect(said).toContain('unrolled-webgl is left out: no WebGL 2 here');
  expect(log).toContain('end unrolled-webgl');
});
