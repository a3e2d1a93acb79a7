import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operationsIn } from './arithmetic.ts';
import type { Figures } from './batches.ts';
import { casesOf, spelled, WHOLE } from './cases.ts';
import { FLOORS, JOB_FLOORS, measuredFor } from './floors.ts';
import type { JobFigures } from './job.ts';
import { type Ratio, type Row, sameCase } from './measure.ts';
import { batchPlot } from './plot.ts';
import { milliseconds, times } from './table.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
/** Where the command's --json is to go before a report is written. */
const SOURCES = { batches: 'bench/batches.json', job: 'bench/job.json' } as const;

/** Writes docs/bench.md and its picture from the figures of the last measurement. */
export function writeReport(): boolean {
  const figures = read<Figures>('batches');
  const job = read<JobFigures>('job');
  mkdirSync(`${DOCS}bench`, { recursive: true });
  writeFileSync(`${DOCS}bench/batches.svg`, batchPlot(figures.rows));
  writeFileSync(`${DOCS}bench.md`, reportOf(figures, job));
  console.log('docs/bench.md and docs/bench/batches.svg are written.');
  return true;
}

function read<What>(which: keyof typeof SOURCES): What {
  const path = `${DOCS}${SOURCES[which]}`;
  if (!existsSync(path))
    throw new Error(
      `docs/${SOURCES[which]} is not there. Measure first: npm run bench -- ${which} --python PATH --json docs/${SOURCES[which]}`,
    );
  return JSON.parse(readFileSync(path, 'utf8')) as What;
}

export function reportOf(figures: Figures, job: JobFigures): string {
  const { machine } = figures;
  return `${[
    `# How fast it trains

Written by \`npm run bench -- report\` from [batches.json](bench/batches.json) and [job.json](bench/job.json); don't edit it here.

Measured on ${machine.date}: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, load before the start ${machine.load};
Chromium ${machine.chromium}, WebGL by ${machine.renderer}${machine.torch === null ? '' : `; PyTorch ${machine.torch}, 2 threads`}.
A batch is 32 sequences, forward, backward and one step of Adam; word vectors of 32, a vocabulary of 4,000 (ids by Zipf's law).
Engines take turns in one Chromium (PyTorch in a process beside it), in one order and then the other; times are medians of
${figures.rows[0]?.rounds.length ?? 0} rounds, ratios medians of the ratios within rounds.

![Milliseconds a batch of every engine and cell](bench/batches.svg)`,
    `## Against what was asked

${table(
  ['', 'at least', 'measured', ''],
  [
    ...FLOORS.map((floor) => {
      const measured = measuredFor(floor, figures.ratios);
      return [
        `${floor.cell}, ${floor.units} units: ${floor.engine} over ${floor.over}`,
        String(floor.least),
        measured === undefined ? 'not measured' : times(measured),
        measured === undefined ? '' : measured >= floor.least ? 'reached' : 'missed',
      ];
    }),
    ...jobFloors(job),
  ],
)}`,
    `## Every case

${casesOf(WHOLE)
  .map((of) => {
    const rows = figures.rows.filter(
      (row) => row.cell === of.cell && row.units === of.units && row.steps === of.steps,
    );
    return rows.length === 0
      ? ''
      : `### ${spelled(of)}\n\n${caseTable(rows, figures.ratios, operationsIn(of))}`;
  })
  .filter((text) => text !== '')
  .join('\n\n')}`,
    arithmetic(figures),
    jobSection(job),
    HOW_TO_RUN,
    DIFFERENCES,
  ].join('\n\n')}\n`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [row(head), row(rule), ...lines.map(row)].join('\n');
}

/** Billions of operations a second: what a batch has to multiply, over what it takes. */
function speed(operations: number, ms: number): number {
  return operations / ms / 1e6;
}

function caseTable(rows: readonly Row[], ratios: readonly Ratio[], operations: number): string {
  const ahead = (engine: string, row: Row): string => {
    const found = ratios.find(
      (ratio) => ratio.engine === engine && ratio.over === row.engine && sameCase(ratio, row),
    );
    return found === undefined ? '' : times(found.ratio);
  };
  return table(
    [
      '',
      'ms a batch',
      'fastest to slowest round',
      'draw calls',
      'GFLOP/s',
      'unrolled-wasm is ahead',
      'unrolled-webgl is ahead',
    ],
    rows.map((row) => [
      row.engine,
      milliseconds(row.ms),
      `${milliseconds(Math.min(...row.rounds))} to ${milliseconds(Math.max(...row.rounds))}`,
      row.draws === 0 ? '' : String(row.draws),
      speed(operations, row.ms).toFixed(speed(operations, row.ms) < 1 ? 2 : 1),
      ahead('unrolled-wasm', row),
      ahead('unrolled-webgl', row),
    ]),
  );
}

function jobFloors({ rows, ratio }: JobFigures): readonly (readonly string[])[] {
  const own = rows.find(({ engine }) => engine === 'unrolled');
  const verdict = (measured: number, least: number) => (measured >= least ? 'reached' : 'missed');
  return [
    ...(own === undefined
      ? []
      : [
          [
            'whole job: share of test reviews read rightly',
            String(JOB_FLOORS.accuracy),
            own.accuracy.toFixed(3),
            verdict(own.accuracy, JOB_FLOORS.accuracy),
          ],
        ]),
    ...(ratio === undefined
      ? []
      : [
          [
            'whole job: over pytorch-cpu',
            JOB_FLOORS.ratio.toFixed(1),
            times(ratio),
            verdict(ratio, JOB_FLOORS.ratio),
          ],
        ]),
  ];
}

function arithmetic({ machine, rows }: Figures): string {
  const { peak } = machine;
  const cases = casesOf(WHOLE).filter(({ steps }) => steps === 80);
  const lines = cases.map((of) => {
    const operations = operationsIn(of);
    const share = (engine: Row['engine'], limit: number | null): string => {
      const row = rows.find(
        (row) =>
          row.engine === engine && row.cell === of.cell && row.units === of.units && row.steps === of.steps,
      );
      if (row === undefined || limit === null) return '';
      return `${((100 * speed(operations, row.ms)) / limit).toFixed(0)} %`;
    };
    return [
      `${of.cell}, ${of.units} units`,
      (operations / 1e6).toFixed(0),
      (operations / peak.wasm / 1e6).toFixed(1),
      share('unrolled-wasm', peak.wasm),
      share('unrolled-webgl', peak.wasm),
      share('tfjs-layers-wasm', peak.wasm),
      peak.torch === null ? '' : (operations / peak.torch / 1e6).toFixed(1),
      share('pytorch-cpu', peak.torch),
    ];
  });
  return `## How far from the arithmetic

A batch's matrix products are the least that any engine has to do: two operations a weight, step and sequence forward, and
twice that on the way back. The LSTM of 32 units and 80 steps comes to 126 million operations. On this machine the kernel's
product reaches ${peak.wasm} GFLOP/s on one core when everything lies in the first cache${peak.torch === null ? '' : `, and PyTorch's ${peak.torch} GFLOP/s on two threads in a large product`}.
The shares below are of those limits: of one core for what runs in the browser, of PyTorch's own for PyTorch.

${table(
  [
    '80 steps',
    'million operations',
    'one core, ms at least',
    'unrolled-wasm',
    'unrolled-webgl',
    'tfjs-layers-wasm',
    'PyTorch, ms at least',
    'pytorch-cpu',
  ],
  lines,
)}`;
}

function jobSection({ rows, ratio }: JobFigures): string {
  return `## A whole job

20,000 reviews, their last 200 tokens, a vocabulary of 10,000, an LSTM of 32 units, 3 epochs of batches of 32, Adam at 0.001, clipped at 5:
from the press of the button (the site's own worker: loading, validation after each epoch and kept states included) to the
share of 3,000 test reviews read rightly. PyTorch trains on the same reviews in the same order, padding left out (packed sequences).

${table(
  ['', 'seconds', 'test reviews read rightly', 'validation by epoch'],
  rows.map(({ engine, seconds, accuracy, rounds }) => [
    engine,
    seconds.toFixed(1),
    `${(100 * accuracy).toFixed(1)} %`,
    rounds[0]?.validation.map((share) => `${(100 * share).toFixed(1)} %`).join(', ') ?? '',
  ]),
)}
${ratio === undefined ? '' : `\nPyTorch takes ${times(ratio)} times as long.`}`.trimEnd();
}

const HOW_TO_RUN = `## How to run it

\`\`\`sh
npm run bench -- --quick                                              # lstm, 80 steps, 32 units: a few minutes
npm run bench -- --python PATH --json docs/bench/batches.json         # everything above
npm run bench -- job --python PATH --json docs/bench/job.json         # the whole job
npm run bench -- report                                               # this page
npm run bench -- stage                                                # the stage's own arithmetic
\`\`\`

\`PATH\` is a Python that has torch; without one, PyTorch's turns are left out. \`--cells\`, \`--steps\`, \`--units\`, \`--engines\` and
\`--rounds\` narrow it down. The browser is the one that the tests take (README). Leave the machine alone meanwhile.`;

const DIFFERENCES = `## What differs between the engines

- \`unrolled-*\` run the site's own classifier: masks and clipping by the global norm included. \`pytorch-cpu\` clips too (\`nn.Embedding\`, \`nn.LSTM\`, \`nn.GRU\`
  or \`nn.RNN\`, \`nn.Linear\`, \`BCEWithLogitsLoss\`, \`clip_grad_norm_\`, \`Adam\`; float32, 2 threads).
- \`tfjs-layers-*\` are \`tf.layers\` with \`trainOnBatch\`, as tfjs's documentation writes it: no clipping, and the loss is read after each batch. Its gates are set to the
  logistic sigmoid (its default is piecewise linear). Its GRU resets before the product, the only way it has; ours and PyTorch's reset after.
- \`tfjs-layers-webgl-sparse\` sums the embedding's gradient over the words that occur; tfjs as it comes compares every row with every word of the vocabulary.
- \`tfjs-layers-wasm\` has threads, and is given the one kernel that it lacks for this (\`UnsortedSegmentSum\`).`;
