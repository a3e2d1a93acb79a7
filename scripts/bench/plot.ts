import * as Plot from '@observablehq/plot';
import { Window } from 'happy-dom';
import { CELL_NAMES, ENGINES, type Engine } from './cases.ts';
import type { Row } from './measure.ts';
import { milliseconds } from './table.ts';

/** Read on white and on near black alike: the picture stands in pages of either kind. */
const INK = '#7d828a';
const COLOURS: Readonly<Record<'own' | 'tfjs' | 'pytorch', string>> = {
  own: '#2f8fd0',
  tfjs: '#d9822b',
  pytorch: '#c0508f',
};

function colourOf(engine: Engine): string {
  if (engine.startsWith('unrolled-')) return COLOURS.own;
  return engine === 'pytorch-cpu' ? COLOURS.pytorch : COLOURS.tfjs;
}

/** Milliseconds a batch of every engine on a log scale, a panel a case; the line behind a dot spans its rounds. */
export function batchPlot(rows: readonly Row[]): string {
  const window = new Window();
  const sizes = [...new Set(rows.map(sizeOf))];
  const marks = rows.map((row) => ({
    ...row,
    size: sizeOf(row),
    least: Math.min(...row.rounds),
    most: Math.max(...row.rounds),
    colour: colourOf(row.engine),
  }));
  const panel = { fx: 'cell', fy: 'size', y: 'engine' } as const;
  const drawn = Plot.plot({
    document: window.document as unknown as Document,
    width: 960,
    height: 60 + 118 * sizes.length,
    marginLeft: 168,
    marginRight: 128,
    marginTop: 30,
    marginBottom: 34,
    style: { color: INK, background: 'transparent', fontFamily: 'system-ui, sans-serif', fontSize: '11px' },
    x: {
      type: 'log',
      // Room for the figure behind the last dot.
      domain: [Math.min(1, ...marks.map(({ least }) => least)), 12 * Math.max(...marks.map(({ ms }) => ms))],
      ticks: [1, 10, 100, 1000, 10_000],
      label: 'ms a batch (log scale; left is faster)',
      labelArrow: 'none',
      grid: true,
      tickFormat: (ms: number) => ms.toLocaleString('en'),
    },
    y: { domain: ENGINES.filter((engine) => rows.some((row) => row.engine === engine)), label: null },
    fx: { domain: CELL_NAMES.filter((cell) => rows.some((row) => row.cell === cell)), label: null },
    fy: { domain: sizes, label: null },
    marks: [
      Plot.frame({ stroke: INK, strokeOpacity: 0.35 }),
      Plot.ruleY(marks, {
        ...panel,
        x1: 'least',
        x2: 'most',
        stroke: 'colour',
        strokeWidth: 3,
        strokeOpacity: 0.45,
      }),
      Plot.dot(marks, { ...panel, x: 'ms', fill: 'colour', r: 4 }),
      Plot.text(marks, {
        ...panel,
        x: 'ms',
        text: ({ ms }: Row) => milliseconds(ms),
        dx: 8,
        textAnchor: 'start',
        fill: 'colour',
      }),
    ],
  });
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${drawn.outerHTML}\n`;
}

function sizeOf({ units, steps }: Pick<Row, 'units' | 'steps'>): string {
  return `${units} units, ${steps} steps`;
}
