import type { CellName, Engine } from './cases.ts';
import type { Ratio } from './measure.ts';

/** How many times as fast as `over` an engine has to be, on two cores without a graphics chip; 80 steps, batch 32. */
interface Floor {
  readonly cell: CellName;
  readonly units: number;
  readonly engine: Engine;
  readonly over: Engine;
  readonly least: number;
}

const STEPS = 80;

const floor = (cell: CellName, units: number, engine: Engine, over: Engine, least: number): Floor => ({
  cell,
  units,
  engine,
  over,
  least,
});

export const FLOORS: readonly Floor[] = [
  floor('lstm', 32, 'unrolled-wasm', 'pytorch-cpu', 1),
  floor('gru', 32, 'unrolled-wasm', 'pytorch-cpu', 4),
  floor('elman', 32, 'unrolled-wasm', 'pytorch-cpu', 3),
  floor('lstm', 128, 'unrolled-wasm', 'pytorch-cpu', 0.6),
  floor('gru', 128, 'unrolled-wasm', 'pytorch-cpu', 1),
  floor('lstm', 32, 'unrolled-wasm', 'tfjs-layers-webgl', 250),
  floor('lstm', 32, 'unrolled-wasm', 'tfjs-layers-webgl-sparse', 60),
  floor('lstm', 32, 'unrolled-wasm', 'tfjs-layers-wasm', 20),
  floor('lstm', 32, 'unrolled-webgl', 'tfjs-layers-webgl', 10),
  floor('lstm', 32, 'unrolled-webgl', 'tfjs-layers-webgl-sparse', 2.5),
];

/** Of the whole job: the share of test reviews read rightly, and PyTorch's time over the site's. */
export const JOB_FLOORS = { accuracy: 0.88, ratio: 1 } as const;

/** What was measured for a floor; undefined where nothing was. */
export function measuredFor(asked: Floor, ratios: readonly Ratio[]): number | undefined {
  return ratios.find(
    ({ cell, steps, units, engine, over }) =>
      cell === asked.cell &&
      steps === STEPS &&
      units === asked.units &&
      engine === asked.engine &&
      over === asked.over,
  )?.ratio;
}
