import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CELL_NAMES, ENGINES, type Engine, type Grid, QUICK, WHOLE } from './cases.ts';

/** What the command was asked to do. */
export interface Options {
  readonly task: Task;
  readonly grid: Grid;
  readonly engines: readonly Engine[];
  /** Undefined where nothing was said. */
  readonly rounds: number | undefined;
  /** A Python that has torch. */
  readonly python: string | undefined;
  /** Where figures are written. */
  readonly json: string | undefined;
}

const TASKS = ['batches', 'stage', 'job', 'report'] as const;
export type Task = (typeof TASKS)[number];

export const USAGE = `npm run bench -- [batches] [options]   milliseconds a training batch, every engine in turn (docs/bench.md)
npm run bench -- job [--python PATH]     a whole training job: accuracy and wall time
npm run bench -- report                  docs/bench.md, from the figures in docs/bench/
npm run bench -- stage                   what the stage's arithmetic takes

  --python PATH   a Python that has torch: PyTorch takes its turns too
  --json FILE     writes the figures to a file
  --quick         lstm, 80 steps, 32 units only
  --cells, --steps, --units, --engines    lists such as lstm,gru, of what to measure
  --rounds N      5 or more of the batches, 7 where nothing is said; 1 or more of the job, or 3`;

/** Medians of fewer rounds of batches say little; a job is many batches. */
const LEAST_ROUNDS: Readonly<Record<Task, number>> = { batches: 5, stage: 1, job: 1, report: 1 };

/** @throws Error in words that the command's user can act on */
export function readOptions(given: readonly string[]): Options {
  const { values, positionals } = parse(given);
  const [task = 'batches', ...more] = positionals;
  if (more.length > 0) throw new Error(`there is one task at a time; "${more.join(' ')}" is too much.`);
  if (!isOneOf(TASKS, task))
    throw new Error(`there is no task "${task}"; the tasks are ${TASKS.join(', ')}.`);
  const base = values.quick ? QUICK : WHOLE;
  const { python, json } = values;
  if (python?.includes('/') && !existsSync(python))
    throw new Error(`--python is ${python}, and nothing is there; give the path of a Python that has torch.`);
  const engines = values.engines === undefined ? ENGINES : among('--engines', values.engines, ENGINES);
  if (values.engines !== undefined && engines.includes('pytorch-cpu') && python === undefined)
    throw new Error('pytorch-cpu needs --python PATH, a Python that has torch.');
  return {
    task,
    grid: {
      cells: values.cells === undefined ? base.cells : among('--cells', values.cells, CELL_NAMES),
      steps: values.steps === undefined ? base.steps : sizes('--steps', values.steps, 512),
      units: values.units === undefined ? base.units : sizes('--units', values.units, 256),
    },
    engines: engines.filter((engine) => engine !== 'pytorch-cpu' || python !== undefined),
    rounds:
      values.rounds === undefined ? undefined : whole('--rounds', values.rounds, LEAST_ROUNDS[task], 1000),
    python,
    json: json === undefined ? undefined : writable(json),
  };
}

function parse(given: readonly string[]) {
  return parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      python: { type: 'string' },
      json: { type: 'string' },
      cells: { type: 'string' },
      steps: { type: 'string' },
      units: { type: 'string' },
      engines: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((known) => known === name);
}

function among<Name extends string>(option: string, list: string, names: readonly Name[]): readonly Name[] {
  const asked = list.split(',').map((name) => name.trim());
  const strange = asked.find((name) => !isOneOf(names, name));
  if (strange !== undefined)
    throw new Error(`${option} has "${strange}"; there are ${names.join(', ')}, with commas between.`);
  return names.filter((name) => asked.includes(name));
}

function sizes(option: string, list: string, most: number): readonly number[] {
  return list.split(',').map((size) => whole(option, size, 1, most));
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${option} is "${text}"; expected a whole number from ${least} to ${most}.`);
  return value;
}

/** Said before an hour of measuring, not after it. */
function writable(path: string): string {
  const full = resolve(path);
  if (!existsSync(dirname(full)))
    throw new Error(`--json is ${path}, and there is no folder ${dirname(full)}; make it first.`);
  if (existsSync(full) && statSync(full).isDirectory())
    throw new Error(`--json is ${path}, which is a folder; name a file.`);
  return full;
}
