import { writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { findCell } from '../../src/lib/cells/index.ts';
import { type Configuration, quickRun } from '../../src/lib/engine/configuration.ts';
import { openBrowser } from './browser.ts';
import { writeJobData } from './job-data.ts';
import { busyWarning, describeMachine, type Machine } from './machine.ts';
import { median } from './median.ts';
import type { Options } from './options.ts';
import type { JobResult } from './page/job.ts';
import type { BenchPage } from './page/page.ts';
import { startPyTorch } from './pytorch.ts';
import { within } from './within.ts';

/** The job: all reviews, their last 200 tokens, every word that the pack has, an LSTM. */
const JOB: Configuration = {
  ...quickRun(findCell('lstm')),
  reviews: 20_000,
  tokens: 200,
  vocabulary: 10_000,
  units: 32,
  embedding: 32,
  epochs: 3,
};

/** What `--json` writes of it. */
export interface JobFigures {
  readonly machine: Machine;
  readonly rows: readonly JobRow[];
  /** PyTorch's time divided by the site's, the median of the rounds; absent without a Python. */
  readonly ratio?: number;
}

interface JobRow {
  readonly engine: 'unrolled' | 'pytorch-cpu';
  /** Medians of the rounds. */
  readonly seconds: number;
  readonly accuracy: number;
  readonly rounds: readonly JobResult[];
}

const Result = v.object({ seconds: v.number(), accuracy: v.number(), validation: v.array(v.number()) });
const MINUTES = 30;

/** Runs the whole job on the site's engine, and in PyTorch on the same reviews in the same batches. */
export async function runJob({ python, json, rounds = 3 }: Options): Promise<boolean> {
  const pytorch = python === undefined ? undefined : await startPyTorch(python);
  console.error('The page is bundled and opened.');
  const browser = await openBrowser();
  try {
    const machine = describeMachine(browser, pytorch);
    const warning = busyWarning(machine);
    if (warning !== undefined) console.error(warning);
    const runners: { readonly engine: JobRow['engine']; readonly run: () => Promise<JobResult> }[] = [
      {
        engine: 'unrolled',
        run: () => browser.page.evaluate((configuration) => bench.job(configuration), JOB),
      },
    ];
    if (pytorch !== undefined) {
      const data = await writeJobData(JOB);
      const { tokens: steps, batch, units, embedding, vocabulary, rate, clip } = JOB;
      const of = { cell: 'lstm', steps, batch, units, embedding, vocabulary, rate, clip };
      const run = async () => v.parse(Result, await pytorch.ask({ do: 'job', of, ...data }));
      runners.push({ engine: 'pytorch-cpu', run });
    }
    const results = new Map<JobRow['engine'], JobResult[]>();
    for (let round = 0; round < rounds; round++)
      for (const { engine, run } of round % 2 === 0 ? runners : runners.toReversed()) {
        const result = await within(engine, run(), MINUTES);
        results.set(engine, [...(results.get(engine) ?? []), result]);
        console.error(`round ${round + 1} of ${rounds}: ${engine} ${words(result)}`);
      }
    const rows = runners.map(({ engine }): JobRow => {
      const all = results.get(engine) ?? [];
      const middle = (what: 'seconds' | 'accuracy') => median(all.map((result) => result[what]));
      return { engine, seconds: middle('seconds'), accuracy: middle('accuracy'), rounds: all };
    });
    const figures: JobFigures = { machine, rows, ...ratioOf(rows) };
    for (const row of rows) console.log(`${row.engine.padEnd(12)} ${words(row)}`);
    if (figures.ratio !== undefined)
      console.log(`PyTorch takes ${figures.ratio.toFixed(2)} times as long as the site.`);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 1)}\n`);
    return true;
  } finally {
    await browser.close();
    pytorch?.end();
  }
}

/** What the page put there; only for code that is sent to it. */
declare const bench: BenchPage;

function words({ seconds, accuracy }: Pick<JobResult, 'seconds' | 'accuracy'>): string {
  return `${seconds.toFixed(1)} s, ${(100 * accuracy).toFixed(1)} % of the test reviews read rightly`;
}

function ratioOf([own, other]: readonly JobRow[]): Pick<JobFigures, 'ratio'> {
  if (own === undefined || other === undefined) return {};
  return {
    ratio: median(
      other.rounds.map(({ seconds }, round) => seconds / (own.rounds[round]?.seconds ?? Number.NaN)),
    ),
  };
}
