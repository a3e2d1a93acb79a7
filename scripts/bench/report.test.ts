import { expect, test } from 'vitest';
import { operationsIn } from './arithmetic.ts';
import type { Figures } from './batches.ts';
import { casesOf, ENGINES, QUICK, WHOLE } from './cases.ts';
import type { JobFigures } from './job.ts';
import { type Ratio, type Row, ratiosOf } from './measure.ts';
import { batchPlot } from './plot.ts';
import { reportOf } from './report.ts';

const machine: Figures['machine'] = {
  processor: 'a processor',
  cores: 2,
  memoryGiB: 8,
  system: 'linux x64',
  node: '24.0.0',
  chromium: '150',
  renderer: 'a renderer',
  torch: '2.13.0',
  peak: { wasm: 40, torch: 100 },
  load: 0,
  date: '2026-01-01',
};

const MS = [100, 4, 2000, 500, 120, 5];
const rows: readonly Row[] = casesOf(QUICK).flatMap(({ cell, steps, units, batch }) =>
  ENGINES.map((engine, k): Row => {
    const ms = MS[k] ?? 0;
    return { cell, steps, units, batch, engine, ms, draws: k === 0 ? 172 : 0, rounds: [ms, ms, ms, ms, ms] };
  }),
);
const ratios: readonly Ratio[] = ratiosOf(rows);
const result = { seconds: 20, accuracy: 0.87, validation: [0.8, 0.85, 0.875] };
const job: JobFigures = {
  machine,
  rows: [
    { engine: 'unrolled', ...result, rounds: [result] },
    { engine: 'pytorch-cpu', ...result, seconds: 30, rounds: [{ ...result, seconds: 30 }] },
  ],
  ratio: 1.5,
};

test('the arithmetic of a batch is that of its matrix products, forward and twice on the way back', () => {
  const [lstm] = casesOf(QUICK);
  if (lstm === undefined) throw new Error('the quick grid has a case');
  // 4 gates, 32 units, 32 numbers in and 32 of the state, 2 operations, 80 steps, 32 sequences, three times.
  expect(operationsIn(lstm)).toBe(4 * 32 * (32 + 32) * 2 * 80 * 32 * 3);
  expect(operationsIn({ ...lstm, cell: 'gru' })).toBe((3 / 4) * operationsIn(lstm));
  expect(operationsIn({ ...lstm, cell: 'elman' })).toBe(operationsIn(lstm) / 4);
});

test('the report says what was reached, what was missed and what was not measured', () => {
  const report = reportOf({ machine, rows, ratios }, job);
  expect(report).toContain('| lstm, 32 units: unrolled-wasm over pytorch-cpu | 1 | 1.25 | reached |');
  expect(report).toContain(
    '| lstm, 32 units: unrolled-webgl over tfjs-layers-webgl-sparse | 2.5 | 5.00 | reached |',
  );
  expect(report).toContain('| lstm, 32 units: unrolled-wasm over tfjs-layers-wasm | 20 | 30.0 | reached |');
  expect(report).toContain('| gru, 32 units: unrolled-wasm over pytorch-cpu | 4 | not measured |  |');
  expect(report).toContain('| whole job: share of test reviews read rightly | 0.88 | 0.870 | missed |');
  expect(report).toContain('| whole job: over pytorch-cpu | 1.0 | 1.50 | reached |');
  // 126 million operations in 4 ms are 31 billion a second, 79 % of the kernel's 40.
  expect(report).toContain('| lstm, 32 units | 126 | 3.1 | 79 % |');
  expect(report).not.toMatch(/NaN|undefined|Infinity/);
});

test('the picture has a panel a case and a dot a row', () => {
  const all = casesOf(WHOLE).flatMap(({ cell, steps, units, batch }) =>
    rows.map((row) => ({ ...row, cell, steps, units, batch })),
  );
  const svg = batchPlot(all);
  expect(svg.match(/<circle/g)?.length).toBe(all.length);
  expect(svg).toContain('http://www.w3.org/2000/svg');
  expect(svg).not.toMatch(/NaN|undefined/);
});
